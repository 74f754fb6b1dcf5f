import { useMemo } from "preact/hooks";
import { groupings } from "../../../telemetry/report-model.ts";
import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import { soonWhileEmpty } from "../data/poller.ts";
import type { Groups, Totals } from "../data/types.ts";
import { usePolled } from "../data/use-polled.ts";
import { useSeen } from "../data/use-seen.ts";
import { plural } from "../figures/numbers.ts";
import { ErrorState } from "../shell/error-state.tsx";
import { figuresQuery } from "../view/range.ts";
import { useNextMs } from "../view/use-window.ts";
import type { View } from "../view/view.ts";
import { groupingNames } from "./columns.ts";
import { csvName, groupsCsv } from "./export.ts";
import { GroupPanel } from "./group-panel.tsx";
import { GroupTable } from "./group-table.tsx";
import { sortGroups } from "./sort.ts";

/** The figures by model, GPU, host, team and so on, as a table. */
export function Breakdown({ answer }: { readonly answer: Totals | undefined }) {
  const { api, view, now } = useDashboard();
  const { by, range, stoppedMs, sort, panel } = useCell<View>(view);
  const [section, onScreen] = useSeen<HTMLElement>();
  const query = { ...figuresQuery(range, stoppedMs), by };
  const nextMs = useNextMs();
  const polled = usePolled<Groups>(
    { key: JSON.stringify(query), seen: onScreen || panel?.kind === "group" },
    (signal) => api.get("groups", query, signal),
    soonWhileEmpty(nextMs, ({ total }) => total === 0),
  );
  const { data, problem, outdated, retry } = polled;
  const groups = useMemo(() => data && sortGroups(data.groups, sort), [data, sort]);
  const save = () => {
    if (groups) saveFile(csvName(by, stoppedMs ?? now()), groupsCsv(groups));
  };
  const grouped = data?.groupedBy ?? by;
  const opened = panel?.kind === "group" ? groups?.find(({ key }) => key === panel.key) : undefined;
  return (
    <section ref={section} class="breakdown" aria-labelledby="breakdown-title">
      <header class="section-head">
        <h2 id="breakdown-title">Breakdown</h2>
        <p class="quiet">
          {data
            ? `${plural(data.total, groupingNames[grouped].single, groupingNames[grouped].many)}, summing to the totals above`
            : "\u00a0"}
        </p>
        <GroupingChoice />
        <button type="button" class="button" data-control="csv" disabled={!groups?.length} onClick={save}>
          Save CSV
        </button>
      </header>
      <div class={outdated ? "dimmed" : ""} aria-busy={!data || outdated}>
        {groups && data ? (
          <GroupTable
            groups={groups}
            by={data.groupedBy}
            total={data.total}
            totals={outdated ? undefined : answer?.totals}
          />
        ) : problem ? (
          <ErrorState problem={problem} onRetry={retry} />
        ) : (
          <span class="bone bone-table" />
        )}
      </div>
      {panel?.kind === "group" ? (
        <GroupPanel group={opened} loaded={groups !== undefined && !outdated} by={by} />
      ) : null}
    </section>
  );
}

function GroupingChoice() {
  const { view, go } = useDashboard();
  const by = useCell(view, (one) => one.by);
  return (
    <fieldset class="segments segments-small" data-control="by">
      <legend class="sr-only">Group by</legend>
      {groupings.map((grouping) => (
        <label key={grouping} class="segment">
          <input
            type="radio"
            name="by"
            value={grouping}
            checked={grouping === by}
            onChange={() => go({ by: grouping })}
          />
          <span>{groupingNames[grouping].one}</span>
        </label>
      ))}
    </fieldset>
  );
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
