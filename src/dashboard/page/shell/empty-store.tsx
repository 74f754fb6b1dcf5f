import type { Status } from "../data/types.ts";

/** What a store without a single event looks like: how to get some in. */
export const EmptyStore = ({ status }: { readonly status: Status | undefined }) => (
  <section class="empty" data-empty="store">
    <svg class="empty-art" viewBox="0 0 120 48" aria-hidden="true">
      <path d="M4 40h112M12 40V28m16 12V18m16 22V24m16 16V12m16 28V22m16 18V30m16 10V16" />
    </svg>
    <h2>No telemetry yet</h2>
    <p>As soon as the first events are stored, the figures appear here by themselves.</p>
    {status?.sources.length ? (
      <ul class="states">
        {status.sources.map(({ name, ok, detail }) => (
          <li key={name}>
            <span class={`state-mark ${ok ? "state-ok" : "state-bad"}`}>{ok ? "✓ well" : "✗ trouble"}</span>
            <strong>{name}</strong> <span class="state-detail">{detail}</span>
          </li>
        ))}
      </ul>
    ) : (
      <dl class="empty-commands">
        <dt>A recorded production trace</dt>
        <dd>
          <code>ca3 up</code>
        </dd>
        <dt>Simulated load</dt>
        <dd>
          <code>ca3 up --source synthetic</code>
        </dd>
        <dt>Your own trace</dt>
        <dd>
          <code>ca3 up --replay trace.csv</code>
        </dd>
      </dl>
    )}
  </section>
);
