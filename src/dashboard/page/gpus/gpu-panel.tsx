import { formatBytes, formatPercent, formatUsd } from "../../../support/format.ts";
import { Badge } from "../cards/badge.tsx";
import { Chart } from "../chart/chart.tsx";
import { chartState } from "../chart/overview-charts.tsx";
import type { Gpu } from "../data/types.ts";
import { useNow } from "../data/use-now.ts";
import { Panel } from "../drawer/panel.tsx";
import { formatWatts } from "../figures/numbers.ts";
import { formatAge } from "../figures/times.ts";
import { CARD_CHART_HEIGHT, cardMetrics, cardSpec, type ShownCards } from "./card-lines.ts";

type GpuPanelProps = { readonly uuid: string; readonly shown: ShownCards | undefined };

/** One card: its newest reading, and its lines alone. */
export function GpuPanel({ uuid, shown }: GpuPanelProps) {
  const card = shown?.cards.find((one) => one.uuid === uuid);
  const idle = { outdated: false, retry: () => {}, loading: false };
  return (
    <Panel name="gpu" title={card?.name ?? "GPU"}>
      {shown === undefined ? <span class="bone bone-block" /> : null}
      {shown && !card ? <p class="quiet">There is no reading of {uuid} in this range.</p> : null}
      {card?.reading ? <Reading gpu={card.reading} /> : null}
      {shown && card
        ? Object.entries(cardMetrics).map(([name, metric]) => (
            <Chart
              key={name}
              {...chartState(idle, cardSpec(metric, { ...shown, cards: [card] }), CARD_CHART_HEIGHT)}
              name={`card-${name}`}
              title={metric.title}
              unit={metric.unit}
              provenance={{ gpus: card.reading ? [card.reading.quality] : [] }}
            />
          ))
        : null}
    </Panel>
  );
}

function Reading({ gpu }: { readonly gpu: Gpu }) {
  const nowMs = useNow();
  const facts = {
    "Newest reading": `${formatAge(Math.max(0, nowMs - Date.parse(gpu.at)))} ago, over ${gpu.intervalSeconds} s`,
    Busy: formatPercent(gpu.utilization),
    Memory: `${formatBytes(gpu.memUsedBytes)} of ${formatBytes(gpu.memTotalBytes)}`,
    Power: `${formatWatts(gpu.powerWatts)}${gpu.powerLimitWatts === null ? "" : ` of ${formatWatts(gpu.powerLimitWatts)}`}`,
    Temperature: gpu.temperatureCelsius === null ? "not read" : `${gpu.temperatureCelsius} °C`,
    Price: `${formatUsd(gpu.microUsdPerHour)} per hour, from ${gpu.priceSource}`,
    ...(gpu.fraction < 1 ? { Share: `${formatPercent(gpu.fraction)} of the card` } : {}),
    Serves: gpu.servedModel ?? "not configured",
    Team: gpu.team ?? "not known",
    Host: gpu.host,
    "Read by": gpu.source,
    Id: gpu.uuid,
  };
  return (
    <>
      <p>
        {gpu.gpuModel} <Badge of={{ gpus: [gpu.quality] }} />
      </p>
      <dl class="facts">
        {Object.entries(facts).map(([name, value]) => (
          <div key={name} class="part">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
