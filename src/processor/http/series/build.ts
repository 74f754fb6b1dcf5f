import type { RollupRow } from "../../../store/port.ts";
import { addSums, type Dimension, type Sums, zeroSums } from "../../../telemetry/rollup.ts";
import { type SeriesMetricName, seriesMetrics } from "./metrics.ts";
import type { SeriesPlan } from "./plan.ts";

export type Line = {
  readonly key: string;
  readonly values: Partial<Record<SeriesMetricName, (number | null)[]>>;
};

/** The rows of a plan as one line per value of `groupBy`, in order of the values; one line when there is none. */
export function buildLines(
  rows: readonly RollupRow[],
  plan: SeriesPlan,
  groupBy: Dimension | undefined,
  metrics: readonly SeriesMetricName[],
): Line[] {
  const stepMs = plan.stepS * 1000;
  const lines = new Map<string, (Readonly<Sums> | undefined)[]>();
  for (const { bucketMs = 0, dimensions, sums } of rows) {
    const at = Math.floor((bucketMs - plan.fromMs) / stepMs);
    if (at < 0 || at >= plan.points) continue;
    const key = groupBy === undefined ? "" : (dimensions[groupBy] ?? "");
    const line = lines.get(key) ?? new Array<Readonly<Sums> | undefined>(plan.points);
    lines.set(key, line);
    line[at] = line[at] === undefined ? sums : bothOf(line[at], sums);
  }
  const nothing = zeroSums();
  return [...lines.keys()].sort().map((key) => ({
    key,
    values: Object.fromEntries(
      metrics.map((name) => [
        name,
        Array.from(lines.get(key)!, (sums) => seriesMetrics[name].of(sums ?? nothing, plan.stepS)),
      ]),
    ),
  }));
}

function bothOf(one: Readonly<Sums>, other: Readonly<Sums>): Sums {
  const sum = { ...one };
  addSums(sum, other);
  return sum;
}

/** Start of every point, Unix seconds. */
export const timesOf = (plan: SeriesPlan): number[] =>
  Array.from({ length: plan.points }, (_, at) => plan.fromMs / 1000 + at * plan.stepS);

/** Start of the first point that has not ended yet, Unix seconds; null when all have. */
export function partialFrom(plan: SeriesPlan, nowMs: number): number | null {
  const start = Math.floor(nowMs / (plan.stepS * 1000)) * plan.stepS;
  if (start * 1000 >= plan.toMs) return null;
  return Math.max(start, plan.fromMs / 1000);
}
