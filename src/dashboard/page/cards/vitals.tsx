import { formatCount, formatDuration } from "../../../support/format.ts";
import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import type { Snapshot, Status } from "../data/types.ts";
import { useNow } from "../data/use-now.ts";
import { plural } from "../figures/numbers.ts";
import { formatAge } from "../figures/times.ts";
import { ageOf, freshnessLevel } from "../figures/vital-signs.ts";
import { Vital } from "./vital.tsx";

type VitalsProps = { readonly snapshot: Snapshot | undefined; readonly status: Status | undefined };

/** Whether the numbers can be trusted to be of now: freshness, lag, dead letters, sources. */
export function Vitals({ snapshot, status }: VitalsProps) {
  const { go } = useDashboard();
  return (
    <div class="vitals">
      <Freshness snapshot={snapshot} />
      <Vital
        name="lag"
        title="Lag"
        value={snapshot?.lag ? plural(snapshot.lag.records, "record") : undefined}
        detail={
          snapshot?.lag
            ? snapshot.lag.records === 0
              ? "the processor is up to date"
              : `the oldest waits ${formatDuration(snapshot.lag.seconds * 1000)}`
            : "not known"
        }
        level={snapshot?.lag && snapshot.lag.seconds > 10 ? "warn" : "ok"}
        loading={snapshot === undefined}
      />
      <Vital
        name="dead-letters"
        title="Dead letters"
        value={snapshot?.openDeadLetters == null ? undefined : formatCount(snapshot.openDeadLetters)}
        detail={
          snapshot?.openDeadLetters === 0
            ? "every record could be stored"
            : "records that can never be stored"
        }
        level={snapshot?.openDeadLetters ? "warn" : "ok"}
        loading={snapshot === undefined}
        onOpen={() => go({ panel: { kind: "dead-letters" } })}
        action="Show the dead letters"
      />
      <Sources status={status} onOpen={() => go({ panel: { kind: "sources" } })} />
    </div>
  );
}

function Freshness({ snapshot }: { readonly snapshot: Snapshot | undefined }) {
  const { view } = useDashboard();
  const stoppedMs = useCell(view, (one) => one.stoppedMs);
  const now = useNow();
  const nowMs = stoppedMs ?? now;
  const kinds = snapshot?.freshness ?? [];
  const ageMs = ageOf(kinds, nowMs);
  return (
    <Vital
      name="freshness"
      title="Newest event"
      value={ageMs === undefined ? undefined : `${formatAge(ageMs)} ago`}
      detail={kinds
        .map(
          ({ kind, newest }) =>
            `${kind} ${newest ? formatAge(Math.max(0, nowMs - Date.parse(newest))) : "none"}`,
        )
        .join(" · ")}
      level={freshnessLevel(ageMs)}
      loading={snapshot === undefined}
    />
  );
}

function Sources({ status, onOpen }: { readonly status: Status | undefined; readonly onOpen: () => void }) {
  const sources = status?.sources ?? [];
  const bad = sources.filter(({ ok }) => !ok);
  const told = bad[0] ?? sources[0];
  return (
    <Vital
      name="sources"
      title="Sources"
      value={
        status === undefined
          ? undefined
          : sources.length === 0
            ? "none here"
            : `${sources.length - bad.length} of ${sources.length} well`
      }
      detail={told ? `${told.name}: ${told.detail}` : "events come from other processes"}
      level={bad.length > 0 ? "bad" : "ok"}
      loading={status === undefined}
      onOpen={onOpen}
      action="Show sources and checks"
    />
  );
}
