import type { RollupRow } from "../store/port.ts";
import { addFacts, type Facts, factsOf, noFacts } from "./cost/facts.ts";
import { figuresOf, roundMoney } from "./cost/figures.ts";
import { type Groups, groupTallies } from "./cost/groups.ts";
import { groupLabel } from "./cost/labels.ts";
import { notesOn } from "./cost/notes.ts";
import { compareText } from "./cost/order.ts";
import { emptyTally, requestTimes, type Tally, tokenCounts } from "./cost/tally.ts";
import { getOrAdd } from "./get-or-add.ts";
import { sumLatencies } from "./latency.ts";
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
export const buildReport = (rows: readonly RollupRow[], groupBy: Grouping): Report =>
  joinReport([reportPart(rows, groupBy)], groupBy);

/** What some clock hours add to a report; see `joinReport`. */
export type ReportPart = { readonly groups: Groups; readonly facts: Facts };

/**
 * @param rows all rows of some clock hours, or of the part of them that lies in the window
 * @param known GPUs that have readings anywhere in the window; those of the rows when these are the whole window
 */
export function reportPart(
  rows: readonly RollupRow[],
  groupBy: Grouping,
  known: ReadonlySet<string> = gpusOf(rows),
): ReportPart {
  const gpu = rows.filter((row) => row.kind === "gpu");
  const token = rows.filter((row) => row.kind === "token");
  return { groups: groupTallies({ gpu, token, known }, groupBy), facts: factsOf(rows) };
}

/** GPUs that the rows have readings of. */
export const gpusOf = (rows: readonly RollupRow[]): ReadonlySet<string> =>
  new Set(rows.filter((row) => row.kind === "gpu").map((row) => row.dimensions.gpu ?? ""));

/**
 * The report that `buildReport` makes of the rows of all parts together. Cost is shared out within each clock hour, so
 * no hour may be in two parts, and parts of hours that did not change can be kept.
 */
export function joinReport(parts: readonly ReportPart[], groupBy: Grouping): Report {
  const groups: Groups = new Map();
  const facts = noFacts();
  for (const part of parts) {
    for (const [key, tally] of part.groups) addTally(getOrAdd(groups, key, emptyTally), tally);
    addFacts(facts, part.facts);
  }
  const totals = totalsOf(groups);
  return {
    totals,
    groups: reportGroups(groups, groupBy, facts),
    groupedBy: groupBy,
    from: isoTime(facts.oldestMs),
    to: isoTime(facts.newestMs),
    notes: notesOn(totals, facts),
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
  into.latency = sumLatencies(into.latency, more.latency);
  into.phasesKnown &&= more.phasesKnown;
  for (const quality of more.tokenQualities) into.tokenQualities.add(quality);
  for (const quality of more.gpuQualities) into.gpuQualities.add(quality);
}

/** Hours in their order; everything else from dear to cheap, with what belongs to no group at the end. */
function reportGroups(groups: Groups, groupBy: Grouping, facts: Facts): ReportGroup[] {
  const entries = [...groups].sort(([a], [b]) => compareText(a, b));
  const money = roundMoney(entries.map(([, tally]) => tally));
  const label = groupLabel(groupBy, facts);
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
