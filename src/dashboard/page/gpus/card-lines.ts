import { formatPercent } from "../../../support/format.ts";
import { type Frame, type Values, valuesOn } from "../chart/frame.ts";
import { spreadOf } from "../chart/lines.ts";
import type { PlotLine, PlotSpec } from "../chart/plot-options.ts";
import type { Series } from "../data/types.ts";
import { formatWatts } from "../figures/numbers.ts";
import type { HeatMetric } from "../view/view.ts";
import type { Card } from "./cards.ts";

const wholePercent = (value: number | null): string =>
  value === null ? "–" : `${Math.round(value * 100)} %`;

export type CardMetric = {
  readonly title: string;
  readonly unit: string;
  readonly metric: string;
  readonly format: (value: number | null) => string;
  /** For the marks of the axis. */
  readonly tick?: (value: number | null) => string;
  /** Top of the scale; the greatest value when absent. */
  readonly max?: number;
};

export const cardMetrics: Readonly<Record<HeatMetric, CardMetric>> = {
  utilization: {
    ...{ title: "Utilisation", unit: "busy share", metric: "utilization" },
    ...{ format: formatPercent, tick: wholePercent, max: 1 },
  },
  memory: {
    ...{ title: "Memory", unit: "used share", metric: "memoryUtilization" },
    ...{ format: formatPercent, tick: wholePercent, max: 1 },
  },
  power: { title: "Power", unit: "watts per card", metric: "meanPowerWatts", format: formatWatts },
};

export const CARD_CHART_HEIGHT = 168;

/** More lines than this cannot be told apart; then the crowd is drawn as what most of it does. */
const MOST_LINES = 6;

export type ShownCards = { readonly frame: Frame; readonly series: Series; readonly cards: readonly Card[] };

/** A line per card while they can be told apart, else median, middle eighty percent, and both ends of all cards. */
export function cardSpec(of: CardMetric, { frame, series, cards }: ShownCards): PlotSpec {
  const named = cards.map(({ name, line }) => ({
    name,
    values: valuesOn(frame, series.series[line], of.metric),
  }));
  const crowd = () =>
    crowdLines(
      named.map(({ values }) => values),
      frame.times.length,
    );
  return {
    frame,
    format: of.format,
    height: CARD_CHART_HEIGHT,
    lines:
      named.length <= MOST_LINES
        ? named.map((line, at): PlotLine => ({ ...line, color: `--line-${at + 1}` }))
        : crowd(),
    ...(of.max === undefined ? {} : { max: of.max }),
    ...(of.tick ? { tick: of.tick } : {}),
  };
}

function crowdLines(cards: readonly Values[], points: number): readonly PlotLine[] {
  const { lowest, low, middle, high, highest } = spreadOf(cards, points);
  const edge = { width: 1, dash: [2, 3] };
  return [
    { name: "Median", values: middle, color: "--accent", width: 2 },
    { name: "Middle 80 %", values: low, until: high, color: "--accent-edge", width: 1 },
    {
      name: "90 %",
      values: high,
      silent: true,
      color: "--accent-edge",
      width: 1,
      fill: "--accent-fill",
      fillTo: 1,
    },
    { name: "All", values: lowest, until: highest, color: "--idle", ...edge },
    { name: "Highest", values: highest, silent: true, color: "--idle", ...edge },
  ];
}

/** The top of the colours: the metric's own, or the greatest value there is. */
export function heatMax({ max, metric }: CardMetric, { frame, series, cards }: ShownCards): number {
  if (max !== undefined) return max;
  return cards.reduce(
    (most, { line }) =>
      Math.max(most, ...valuesOn(frame, series.series[line], metric).map((value) => value ?? 0)),
    0,
  );
}
