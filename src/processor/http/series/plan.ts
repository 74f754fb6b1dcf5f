import { HttpProblem } from "../../../http/problem.ts";
import { RESOLUTIONS_S, type ResolutionS, ROLLUP_RETENTION_MS } from "../../../telemetry/rollup.ts";
import type { TimeRange } from "../query/range.ts";

/** Points of one line: more than any screen has columns. */
export const MAX_POINTS = 5000;
const HOUR_MS = 3_600_000;

/** Widths for lines that are still too long: whole multiples of the hour that people can name. */
const STEPS_H = [2, 3, 6, 12, 24, 48, 168];

/** Widths to choose from when the caller says how many points it can show; people can name them too. */
const STEPS_S = [10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, ...STEPS_H.map((hours) => hours * 3600)];

export type SeriesPlan = TimeRange & {
  /** Rollups to read. */
  readonly resolutionS: ResolutionS;
  /** Width of one point, a multiple of the resolution. */
  readonly stepS: number;
  readonly points: number;
};

/**
 * Up to two hours in steps of ten seconds, up to three days in minutes, else in hours; coarser where the start of the
 * range is older than the finer rollups are kept.
 */
export function resolutionFor(range: TimeRange, nowMs: number): ResolutionS {
  const spanMs = range.toMs - range.fromMs;
  const fine = spanMs <= 2 * HOUR_MS ? 10 : spanMs <= 72 * HOUR_MS ? 60 : 3600;
  return RESOLUTIONS_S.find((one) => one >= fine && keeps(range, nowMs, one)) ?? 3600;
}

/**
 * The finest plan of at most `points` points, from rollups that are kept and no finer than `asked`; undefined when even
 * weeks are too many points.
 */
function planPoints(range: TimeRange, nowMs: number, points: number, asked?: ResolutionS) {
  const finest = asked ?? RESOLUTIONS_S.find((one) => keeps(range, nowMs, one)) ?? 3600;
  for (const stepS of STEPS_S) {
    const resolutionS = RESOLUTIONS_S.findLast((one) => one >= finest && stepS % one === 0);
    const plan = resolutionS && align(range, resolutionS, stepS);
    if (plan && plan.points <= points) return plan;
  }
  return undefined;
}

const keeps = (range: TimeRange, nowMs: number, one: ResolutionS): boolean =>
  range.fromMs >= nowMs - (ROLLUP_RETENTION_MS[one] ?? Number.POSITIVE_INFINITY);

/**
 * How to read a range as a line: which rollups, how wide a point is, and the range widened to whole points. A width
 * that was asked for is kept or refused; one of our own choice grows until the line is short enough. With `points`, steps
 * are as wide as it takes for no more than that.
 */
export function planSeries(
  range: TimeRange,
  nowMs: number,
  asked?: ResolutionS,
  points?: number,
): SeriesPlan {
  const fitting = points === undefined ? undefined : planPoints(range, nowMs, points, asked);
  if (fitting) return fitting;
  const resolutionS = asked ?? resolutionFor(range, nowMs);
  const first = align(range, resolutionS, resolutionS);
  if (first.points <= MAX_POINTS) return first;
  if (asked !== undefined)
    throw new HttpProblem("too-much-data", {
      detail: `${first.points} points of ${asked} s are more than ${MAX_POINTS}: ask for a shorter range or a resolution of ${RESOLUTIONS_S.filter((one) => one > asked).join(" or ") || "our choice"}`,
    });
  const hours = STEPS_H.find((step) => align(range, resolutionS, step * 3600).points <= MAX_POINTS);
  return align(range, resolutionS, (hours ?? 168) * 3600);
}

function align({ fromMs, toMs }: TimeRange, resolutionS: ResolutionS, stepS: number): SeriesPlan {
  const stepMs = stepS * 1000;
  const start = Math.floor(fromMs / stepMs) * stepMs;
  const end = Math.ceil(toMs / stepMs) * stepMs;
  return { resolutionS, stepS, fromMs: start, toMs: end, points: (end - start) / stepMs };
}
