import { formatBytes, printable } from "../../../support/format.ts";
import { useDashboard } from "../dashboard.ts";
import type { FullDeadLetter } from "../data/types.ts";
import { usePolled } from "../data/use-polled.ts";
import { formatMoment } from "../figures/times.ts";
import { ErrorState } from "../shell/error-state.tsx";
import { Panel } from "./panel.tsx";

/** One record that could never be stored, as it came. */
export function DeadLetterPanel({ id }: { readonly id: string }) {
  const { api, go } = useDashboard();
  const { data, problem, outdated, retry } = usePolled<FullDeadLetter>(
    { key: id, seen: true },
    (signal) => api.get(`dead-letters/${encodeURIComponent(id)}`, {}, signal),
    () => undefined,
  );
  const back = { label: "All", go: () => go({ panel: { kind: "dead-letters" } }) };
  return (
    <Panel name="dead-letter" title="Dead letter" back={back}>
      {data && !outdated ? (
        <Letter letter={data} />
      ) : problem ? (
        <ErrorState problem={problem} onRetry={retry} />
      ) : (
        <span class="bone bone-block" />
      )}
    </Panel>
  );
}

function Letter({ letter }: { readonly letter: FullDeadLetter }) {
  const { now } = useDashboard();
  const facts = {
    Reason: letter.reason,
    Detail: printable(letter.detail),
    State: letter.state,
    Topic: letter.topic,
    Key: letter.key ?? "none",
    Arrived: formatMoment(Date.parse(letter.appended), now()),
    Size: formatBytes(letter.bytes),
    Id: letter.id,
    ...letter.headers,
  };
  return (
    <>
      <dl class="facts">
        {Object.entries(facts).map(([name, value]) => (
          <div key={name} class="part">
            <dt>{printable(name)}</dt>
            <dd>{printable(String(value))}</dd>
          </div>
        ))}
      </dl>
      <h3>{letter.text === null ? "The record, base64 (it is not text)" : "The record"}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre class="bytes" tabIndex={0}>
        {letter.text ?? letter.valueBase64}
      </pre>
    </>
  );
}
