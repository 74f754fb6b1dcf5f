import type { Series, SeriesLine } from "../data/types.ts";

/** The time axis that the lines of a chart share. */
export type Frame = {
  /** Start of each point, Unix seconds. */
  readonly times: readonly number[];
  /** Ends of the axis, Unix seconds. */
  readonly fromS: number;
  readonly toS: number;
  readonly stepS: number;
  /** So few points that each is drawn as the span it stands for; `times` ends with the end of the last one then. */
  readonly stepped: boolean;
};

export type Values = readonly (number | null)[];

/** Records of a step that has just ended may still be on their way. */
const SETTLE_S = 2;
const FEW_POINTS = 48;

/** How many of the points have ended and settled at `nowMs`; the others would show a fall that is none. */
export function settledPoints({ times, stepSeconds, partialFrom }: Series, nowMs: number): number {
  const settledS = nowMs / 1000 - SETTLE_S;
  const open = times.findIndex(
    (time) => time >= (partialFrom ?? Number.POSITIVE_INFINITY) || time + stepSeconds > settledS,
  );
  return open < 0 ? times.length : open;
}

/** Whether a line has a value anywhere. */
export const hasValues = ({ series }: Series): boolean =>
  series.some(({ values }) =>
    Object.values(values).some((line) => line.some((value) => value !== null && value !== 0)),
  );

/** The axis of an answer without the points that are not whole yet. */
export function frameOf(series: Series, nowMs: number): Frame {
  const count = settledPoints(series, nowMs);
  const stepped = count <= FEW_POINTS;
  const times = series.times.slice(0, count);
  const last = times.at(-1);
  if (stepped && last !== undefined) times.push(last + series.stepSeconds);
  return {
    times,
    fromS: Date.parse(series.from) / 1000,
    toS: Date.parse(series.to) / 1000,
    stepS: series.stepSeconds,
    stepped,
  };
}

/** The values of a line on a frame; nulls where the answer has no such line. */
export function valuesOn(frame: Frame, line: SeriesLine | undefined, metric: string): Values {
  const values = line?.values[metric] ?? [];
  const points = frame.times.length - (frame.stepped && frame.times.length > 0 ? 1 : 0);
  const kept = Array.from({ length: points }, (_, at) => values[at] ?? null);
  return frame.stepped && points > 0 ? [...kept, kept[points - 1]!] : kept;
}

/** How many points there are to draw: none while nothing was answered. The last time of a stepped frame is only an end. */
export const pointsOf = ({ stepped, times }: Pick<Frame, "stepped" | "times">): number =>
  Math.max(0, stepped ? times.length - 1 : times.length);
