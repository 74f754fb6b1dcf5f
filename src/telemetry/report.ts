import type { RollupRow } from "../store/port.ts";
import { figuresOf, roundMoney } from "./cost/figures.ts";
import { type Groups, groupTallies } from "./cost/groups.ts";
import { groupLabel } from "./cost/labels.ts";
import { notesOn } from "./cost/notes.ts";
import { compareText } from "./cost/order.ts";
import { emptyTally, requestTimes, type Tally, tokenCounts } from "./cost/tally.ts";
import type { Figures, Grouping, Report, ReportGroup } from "./report-model.ts";

export { reportQueries, reportRows } from "./report-query.ts";

/**
 * The report on a window: what its tokens cost. The one place where figures are computed, so that every view agrees.
 *
 * Rules, in full in `docs/cost.md`: GPU time of a clock hour is borne by the tokens that ran on the GPU in that hour
 * (`shareGpuHour`, `placeTokens`); groups sum to the totals exactly, in whole micro-dollars, in every grouping; totals
 * do not depend on the grouping.
 *
 * @param rows all rows of the window, by all dimensions, kind and bucket (see `reportRows`); leaving some out by a
 *   filter would put their share of the cost on the others
 */
export function buildReport(rows: readonly RollupRow[], groupBy: Grouping): Report {
  const gpu = rows.filter((row) => row.kind === "gpu");
  const token = rows.filter((row) => row.kind === "token");
  const groups = groupTallies({ gpu, token }, groupBy);
  const totals = totalsOf(groups);
  return {
    totals,
    groups: reportGroups(groups, groupBy, rows),
    groupedBy: groupBy,
    from: isoTime(rows.reduce((ms, row) => Math.min(ms, row.oldestMs), Number.POSITIVE_INFINITY)),
    to: isoTime(rows.reduce((ms, row) => Math.max(ms, row.newestMs), Number.NEGATIVE_INFINITY)),
    notes: notesOn(totals, gpu, token),
    version: 1,
  };
}

function totalsOf(groups: Groups): Figures {
  const total = emptyTally();
  for (const tally of groups.values()) addTally(total, tally);
  return figuresOf(total, roundMoney([total])[0]!);
}

const gpuAmounts = [
  "usedNanoUsd",
  "idleAllocatedNanoUsd",
  "idleUnallocatedNanoUsd",
  "heldMs",
  "busyMs",
  "energyMilliJ",
] as const;

function addTally(into: Tally, more: Tally): void {
  for (const name of gpuAmounts) into[name] += more[name];
  for (const name of tokenCounts) into[name] += more[name];
  for (const name of requestTimes) into[name] += more[name];
  into.phasesKnown &&= more.phasesKnown;
  for (const quality of more.tokenQualities) into.tokenQualities.add(quality);
  for (const quality of more.gpuQualities) into.gpuQualities.add(quality);
}

/** Hours in their order; everything else from dear to cheap, with what belongs to no group at the end. */
function reportGroups(groups: Groups, groupBy: Grouping, rows: readonly RollupRow[]): ReportGroup[] {
  const entries = [...groups].sort(([a], [b]) => compareText(a, b));
  const money = roundMoney(entries.map(([, tally]) => tally));
  const label = groupLabel(groupBy, rows);
  const list = entries.map(([key, tally], at) => ({
    key,
    label: label(key),
    ...figuresOf(tally, money[at]!),
  }));
  if (groupBy === "hour") return list;
  const last = (group: ReportGroup) => (group.key === "" ? 1 : 0);
  return list.sort(
    (a, b) =>
      last(a) - last(b) ||
      b.allocationMicroUsd - a.allocationMicroUsd ||
      b.inputTokens + b.outputTokens - a.inputTokens - a.outputTokens ||
      compareText(a.key, b.key),
  );
}

const isoTime = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);
