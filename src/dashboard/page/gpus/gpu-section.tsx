import { useMemo } from "preact/hooks";
import { useCell } from "../cell.ts";
import { Chart } from "../chart/chart.tsx";
import { frameOf, hasValues } from "../chart/frame.ts";
import { chartState, useSeriesWindow } from "../chart/overview-charts.tsx";
import { useDashboard } from "../dashboard.ts";
import { ApiError } from "../data/client.ts";
import { soonWhileEmpty } from "../data/poller.ts";
import type { Gpu, Series, Totals } from "../data/types.ts";
import { usePolled } from "../data/use-polled.ts";
import { useSeen } from "../data/use-seen.ts";
import { plural } from "../figures/numbers.ts";
import type { View } from "../view/view.ts";
import { CARD_CHART_HEIGHT, cardMetrics, cardSpec } from "./card-lines.ts";
import { type Card, cardsOf, describeCards } from "./cards.ts";
import { GpuPanel } from "./gpu-panel.tsx";
import { HeatStrip } from "./heat-strip.tsx";

/** Half as many points as the charts above: there are as many lines as cards. */
const POINTS = "130";

type Loaded = { readonly series: Series; readonly readings: readonly Gpu[] };

/** Utilisation, memory and power of every card. */
export function GpuSection({ answer }: { readonly answer: Totals | undefined }) {
  const { api, view, now } = useDashboard();
  const { panel, range } = useCell<View>(view);
  const { query, nextMs } = useSeriesWindow();
  const [section, onScreen] = useSeen<HTMLElement>();
  const seen = onScreen || panel?.kind === "gpu";
  const key = query && JSON.stringify(range.kind === "all" ? "all" : query);
  const polled = usePolled<Loaded>(
    { key, seen },
    async (signal) => {
      const metrics = Object.values(cardMetrics)
        .map(({ metric }) => metric)
        .join(",");
      const ask = (groupBy: string) =>
        api.get<Series>("series", { ...query, points: POINTS, groupBy, metrics }, signal);
      const [series, { gpus }] = await Promise.all([
        ask("gpu").catch((error: unknown) => {
          // More cards than one answer may hold are told by host.
          if (error instanceof ApiError && error.problem.type === "urn:ca3:problem:too-much-data")
            return ask("host");
          throw error;
        }),
        api.get<{ gpus: readonly Gpu[] }>("gpus", {}, signal),
      ]);
      return { series, readings: gpus };
    },
    soonWhileEmpty(nextMs, (loaded) => !hasValues(loaded.series)),
  );
  const { data } = polled;
  const shown = useMemo(() => {
    if (data === undefined) return undefined;
    const frame = frameOf(data.series, now());
    return { frame, series: data.series, cards: cardsOf(data.series, data.readings) };
  }, [data]);
  const specs = useMemo(
    () => shown && Object.values(cardMetrics).map((metric) => cardSpec(metric, shown)),
    [shown],
  );
  const byHost = data?.series.groupBy === "host";
  const provenance = { gpus: answer?.totals.gpuQuality ?? [] };
  return (
    <section ref={section} class="gpus" aria-labelledby="gpus-title">
      <header class="section-head">
        <h2 id="gpus-title">GPUs</h2>
        <p class="quiet">{shown ? summaryOf(shown.cards, byHost) : "\u00a0"}</p>
      </header>
      <div class="charts charts-three">
        {Object.entries(cardMetrics).map(([name, { title, unit }], at) => (
          <Chart
            key={name}
            {...chartState(polled, specs?.[at], CARD_CHART_HEIGHT)}
            name={name}
            title={title}
            unit={unit}
            provenance={provenance}
          />
        ))}
      </div>
      {shown && shown.cards.length > 0 ? <HeatStrip {...shown} /> : null}
      {panel?.kind === "gpu" ? <GpuPanel uuid={panel.uuid} shown={shown} /> : null}
    </section>
  );
}

function summaryOf(cards: readonly Card[], byHost: boolean): string {
  if (cards.length === 0) return "No card had a reading in this range.";
  if (byHost) return `${plural(cards.length, "host")}; more cards than can be drawn, so each line is a host`;
  const kinds = describeCards(cards);
  return `${plural(cards.length, "card")}${kinds === "" ? "" : `: ${kinds}`}`;
}
