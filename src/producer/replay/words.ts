import type { SourceHealth } from "../source.ts";
import type { ReplayPlan } from "./plan.ts";
import type { ReplayProgress } from "./read.ts";
import { SAMPLE, SAMPLE_LABEL } from "./sample.ts";
import type { Scan } from "./scan.ts";
import { formats } from "./trace.ts";

const grouped = (value: number): string => value.toLocaleString("en-US");
const counted = (value: number, one: string, many = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : many}`;

/** Such as `replay of trace.csv (Azure LLM inference trace), 19,366 requests, …`. */
export function describeReplay(plan: ReplayPlan): string {
  const { contents, modelled, timing } = plan;
  const parts = [`replay of ${plan.scans.map(fileWords).join(" and ")}`];
  if (contents.requests > 0) parts.push(counted(contents.requests, "request"));
  if (contents.tokenEvents > 0)
    parts.push(`${grouped(contents.inputTokens)} input and ${grouped(contents.outputTokens)} output tokens`);
  if (contents.gpuEvents > 0)
    parts.push(`${counted(contents.gpuEvents, "interval")} of ${counted(gpusOf(plan), "GPU")}`);
  if (modelled) parts.push(`${counted(modelled.cards.length, "modelled GPU")} (${namesOf(modelled.cards)})`);
  const skipped = skippedOf(plan);
  if (skipped > 0) parts.push(`${counted(skipped, "row")} left out`);
  if (timing.loops > 1)
    parts.push(
      timing.loops === Number.POSITIVE_INFINITY ? "over and over" : `${grouped(timing.loops)} times`,
    );
  return parts.join(", ");
}

const fileWords = ({ trace }: Scan): string =>
  trace.file.label === SAMPLE ? SAMPLE_LABEL : `${trace.file.label} (${formats[trace.format]})`;

const namesOf = (cards: readonly { readonly name: string }[]): string =>
  cards.map(({ name }) => name).join(", ");
const gpusOf = (plan: ReplayPlan): number => plan.scans.reduce((sum, scan) => sum + scan.gpus, 0);
/** Rows of the files that were left out. */
export const skippedOf = (plan: ReplayPlan): number =>
  Object.values(plan.skipped).reduce((sum, count) => sum + count, 0);

/** What must be said with the numbers. */
export function notesOf(plan: ReplayPlan): string[] {
  const notes = plan.scans.flatMap(({ trace }) => trace.notes());
  notes.push(...apartNotes(plan.scans));
  if (plan.modelled)
    notes.push(
      `no GPU data was recorded, so ${namesOf(plan.modelled.cards)} are modelled from the tokens: GPU time, power and cost are synthetic`,
    );
  else if (plan.options.cards)
    notes.push("GPU data was recorded, so the card that was named is not modelled");
  for (const { trace, skipped } of plan.scans)
    for (const [reason, { count, first }] of skipped)
      notes.push(`${trace.file.label}: ${counted(count, "row")} left out (${reason}); the first is ${first}`);
  return notes;
}

/** Files on one clock that do not overlap are most likely not meant to be years apart. */
function apartNotes(scans: readonly Scan[]): string[] {
  const [first, ...others] = scans.toSorted((a, b) => a.firstMs - b.firstMs);
  const notes: string[] = [];
  let latest = first!;
  for (const scan of others) {
    const hours = Math.floor((scan.firstMs - latest.lastMs) / 3_600_000);
    if (hours >= 1)
      notes.push(
        `${scan.trace.file.label} begins ${grouped(hours)} h after ${latest.trace.file.label} ends; both run on the clock they were recorded with`,
      );
    if (scan.lastMs > latest.lastMs) latest = scan;
  }
  return notes;
}

export function healthOf(plan: ReplayPlan, progress: ReplayProgress): SourceHealth {
  const loops = plan.timing.loops;
  const loop =
    loops === 1
      ? ""
      : `, loop ${progress.loop + 1}${loops === Number.POSITIVE_INFINITY ? "" : ` of ${loops}`}`;
  const skipped = skippedOf(plan);
  const rows = skipped === 0 ? "" : `; ${counted(skipped, "row")} of the files left out`;
  return {
    ok: true,
    detail: `${grouped(progress.events)} of ${counted(plan.eventsPerLoop, "event")} given out${loop}${rows}`,
  };
}
