import { useMemo } from "preact/hooks";
import { formatUsd } from "../../../support/format.ts";
import { DIMENSIONS, type Dimension } from "../../../telemetry/rollup.ts";
import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import { nextStepMs } from "../data/backoff.ts";
import { soonWhileEmpty } from "../data/poller.ts";
import type { Series, Totals } from "../data/types.ts";
import { type UsePolled, usePolled } from "../data/use-polled.ts";
import { useSeen } from "../data/use-seen.ts";
import { formatRate, formatTick, formatUsdTick } from "../figures/numbers.ts";
import { groupingNames } from "../table/columns.ts";
import { type RangeQuery, refreshMs, seriesQuery } from "../view/range.ts";
import { storedOf } from "../view/use-window.ts";
import type { View } from "../view/view.ts";
import { Chart } from "./chart.tsx";
import { frameOf, hasValues, valuesOn } from "./frame.ts";
import { addValues, greatest, whereHeld } from "./lines.ts";
import type { PlotSpec } from "./plot-options.ts";

const HEIGHT = 220;
/** A point for every few pixels of a wide screen. */
const POINTS = "370";
const LINE_COLORS = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];

/** The time range of the lines, and how often they change. */
export function useSeriesWindow(): {
  readonly query: RangeQuery | undefined;
  readonly nextMs: (nowMs: number) => number | undefined;
} {
  const { view, snapshot, now } = useDashboard();
  const { range, stoppedMs } = useCell<View>(view);
  const state = useCell(snapshot);
  const query = state && seriesQuery(range, storedOf(state), now(), stoppedMs);
  const nextMs = (nowMs: number) => {
    const every = stoppedMs === undefined ? refreshMs(range, now()) : undefined;
    return every === undefined ? undefined : nextStepMs(nowMs, Math.max(10_000, every));
  };
  return { query, nextMs };
}

/** Tokens and cost over time. */
export function OverviewCharts({ answer }: { readonly answer: Totals | undefined }) {
  const { api, view } = useDashboard();
  const { by, split, range } = useCell<View>(view);
  const { query, nextMs } = useSeriesWindow();
  const [section, seen] = useSeen<HTMLElement>();
  const dimension = split === "group" ? DIMENSIONS.find((one) => one === by) : undefined;
  // The end of all telemetry moves with every event; the same question is asked again for it, not another one.
  const key = query && JSON.stringify(range.kind === "all" ? "all" : query);
  const sums = usePolled<Series>(
    { key, seen },
    (signal) =>
      api.get(
        "series",
        {
          ...query,
          points: POINTS,
          metrics: "inputTokensPerSecond,outputTokensPerSecond,usedMicroUsdPerHour,idleMicroUsdPerHour,gpus",
        },
        signal,
      ),
    soonWhileEmpty(nextMs, (data) => !hasValues(data)),
  );
  const groups = usePolled<Series>(
    { key: key && dimension && `${key} by ${dimension}`, seen },
    (signal) =>
      api.get(
        "series",
        {
          ...query,
          points: POINTS,
          groupBy: dimension!,
          metrics: "inputTokensPerSecond,outputTokensPerSecond",
        },
        signal,
      ),
    soonWhileEmpty(nextMs, (data) => !hasValues(data)),
  );
  return (
    <section ref={section} class="charts" aria-label="Tokens and cost over time">
      <TokensChart answer={answer} polled={dimension ? groups : sums} dimension={dimension} />
      <CostChart answer={answer} polled={sums} />
    </section>
  );
}

type TokensChartProps = {
  readonly answer: Totals | undefined;
  readonly polled: UsePolled<Series>;
  readonly dimension: Dimension | undefined;
};

function TokensChart({ answer, polled, dimension }: TokensChartProps) {
  const { now } = useDashboard();
  const { data } = polled;
  const spec = useMemo(
    () =>
      data &&
      (data.groupBy === null) === (dimension === undefined) &&
      (dimension ? groupSpec(data, dimension, now()) : directionSpec(data, now())),
    [data, dimension],
  );
  return (
    <Chart
      {...chartState(polled, spec || undefined)}
      name="tokens"
      title="Tokens"
      unit="per second"
      provenance={{ tokens: answer?.totals.tokenQuality ?? [] }}
    >
      <SplitChoice />
    </Chart>
  );
}

function CostChart({ answer, polled }: Omit<TokensChartProps, "dimension">) {
  const { now } = useDashboard();
  const { data } = polled;
  const spec = useMemo(() => data && costSpec(data, now()), [data]);
  return (
    <Chart
      {...chartState(polled, spec)}
      name="cost"
      title="Cost rate"
      unit="$ per hour, used and idle"
      provenance={{ gpus: answer?.totals.gpuQuality ?? [] }}
    />
  );
}

export const chartState = (polled: UsePolled<unknown>, spec: PlotSpec | undefined, height = HEIGHT) => ({
  spec,
  height,
  problem: polled.problem,
  onRetry: polled.retry,
  outdated: polled.outdated,
});

function directionSpec(data: Series, nowMs: number): PlotSpec {
  const frame = frameOf(data, nowMs);
  const values = (metric: string) => valuesOn(frame, data.series[0], metric);
  return {
    frame,
    height: HEIGHT,
    format: formatRate,
    tick: formatTick,
    lines: [
      { name: "Input", values: values("inputTokensPerSecond"), color: "--accent", fill: "--accent-fill" },
      { name: "Output", values: values("outputTokensPerSecond"), color: "--ink" },
    ],
  };
}

function groupSpec(data: Series, dimension: Dimension, nowMs: number): PlotSpec {
  const frame = frameOf(data, nowMs);
  const { one, many } = groupingNames[dimension as keyof typeof groupingNames] ?? {
    one: "value",
    many: "values",
  };
  const named = data.series
    .map((line) => ({
      name: line.key || `(no ${one.toLowerCase()})`,
      values: addValues(
        valuesOn(frame, line, "inputTokensPerSecond"),
        valuesOn(frame, line, "outputTokensPerSecond"),
      ),
    }))
    .filter(({ values }) => values.some((value) => value !== null && value > 0));
  const lines = greatest(named, LINE_COLORS.length, `more ${many}`);
  return {
    frame,
    height: HEIGHT,
    format: formatRate,
    tick: formatTick,
    lines: lines.map((line, at) => ({ ...line, color: LINE_COLORS[at]! })),
  };
}

function costSpec(data: Series, nowMs: number): PlotSpec {
  const frame = frameOf(data, nowMs);
  const held = valuesOn(frame, data.series[0], "gpus");
  const used = whereHeld(valuesOn(frame, data.series[0], "usedMicroUsdPerHour"), held);
  const idle = whereHeld(valuesOn(frame, data.series[0], "idleMicroUsdPerHour"), held);
  return {
    frame,
    height: HEIGHT,
    format: (value) =>
      formatUsd(value, value !== null && value >= 100e6 ? 0 : (value ?? 0) >= 1e5 ? 2 : undefined),
    tick: formatUsdTick,
    lines: [
      {
        name: "Idle",
        values: addValues(used, idle),
        told: idle,
        color: "--idle",
        fill: "--idle-fill",
        fillTo: 1,
      },
      { name: "Used", values: used, color: "--accent", fill: "--accent-fill" },
    ],
  };
}

function SplitChoice() {
  const { view, go } = useDashboard();
  const { split, by } = useCell<View>(view);
  if (!DIMENSIONS.some((one) => one === by)) return null;
  return (
    <fieldset class="segments segments-small">
      <legend class="sr-only">Lines of the tokens chart</legend>
      {(["direction", "group"] as const).map((choice) => (
        <label key={choice} class="segment">
          <input
            type="radio"
            name="split"
            value={choice}
            checked={split === choice}
            onChange={() => go({ split: choice })}
          />
          <span>{choice === "direction" ? "In and out" : `By ${groupingNames[by].single}`}</span>
        </label>
      ))}
    </fieldset>
  );
}
