import { formatCount } from "../../../support/format.ts";
import type { Snapshot, Status } from "../data/types.ts";
import { useNow } from "../data/use-now.ts";
import { formatMoment } from "../figures/times.ts";
import { Panel } from "./panel.tsx";

type SourcesPanelProps = { readonly status: Status | undefined; readonly snapshot: Snapshot | undefined };

/** Health of each source, and the checks of the processor. */
export function SourcesPanel({ status, snapshot }: SourcesPanelProps) {
  const nowMs = useNow();
  const checks = snapshot?.checks ?? status?.checks ?? [];
  const counts = snapshot?.counts ?? status?.counts;
  return (
    <Panel name="sources" title="Sources and checks">
      <h3>Sources in this process</h3>
      {status?.sources.length ? (
        <ul class="states">
          {status.sources.map(({ name, ok, detail, lastSuccess }) => (
            <State key={name} ok={ok} name={name} detail={detail}>
              {lastSuccess ? `last success ${formatMoment(Date.parse(lastSuccess), nowMs)}` : undefined}
            </State>
          ))}
        </ul>
      ) : (
        <p class="quiet">None: events come from producers that run elsewhere.</p>
      )}
      <h3>Checks of the processor</h3>
      <ul class="states">
        {checks.map(({ name, ok, detail }) => (
          <State key={name} ok={ok} name={name} detail={detail} />
        ))}
      </ul>
      {counts ? (
        <>
          <h3>Since it started</h3>
          <dl class="facts">
            <Fact name="Records received" value={counts.consumed} />
            <Fact name="Events stored" value={counts.stored} />
            <Fact name="Sent again, already there" value={counts.duplicates} />
            <Fact name="Set aside as dead letters" value={counts.deadLettered} />
          </dl>
        </>
      ) : null}
    </Panel>
  );
}

type StateProps = {
  readonly ok: boolean;
  readonly name: string;
  readonly detail: string;
  readonly children?: string | undefined;
};

const State = ({ ok, name, detail, children }: StateProps) => (
  <li>
    <span class={`state-mark ${ok ? "state-ok" : "state-bad"}`}>{ok ? "✓ well" : "✗ trouble"}</span>
    <strong>{name}</strong>
    <span class="state-detail">{detail}</span>
    {children ? <span class="quiet">{children}</span> : null}
  </li>
);

const Fact = ({ name, value }: { readonly name: string; readonly value: number }) => (
  <div class="part">
    <dt>{name}</dt>
    <dd>{formatCount(value)}</dd>
  </div>
);
