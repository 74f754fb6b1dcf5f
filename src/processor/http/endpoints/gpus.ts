import type { LatestEvent } from "../../../store/port.ts";
import type { GpuEvent } from "../../../telemetry/events.ts";
import { LEGACY_WINDOW_S, legacyCostPerToken } from "../../../telemetry/legacy-cost.ts";
import { endpoint } from "../endpoint.ts";
import type { ReadableStore } from "../options.ts";
import { gpuInfoSchema, gpusSchema } from "../schemas/gpus.ts";
import { noParameters } from "../schemas/nothing.ts";
import { recentRollups } from "./recent.ts";

const MIB = 1024 ** 2;
/** A GPU that is this far behind the newest reading is gone and no longer costs anything. */
const GONE_MS = 5 * 60_000;

export const gpus = endpoint({
  path: "/api/v1/gpus",
  summary: "The newest reading of each GPU",
  tag: "telemetry",
  query: noParameters,
  response: gpusSchema,
  answer: async (_query, { store, clock }) => {
    const nowMs = clock.now();
    return { gpus: (await readings(store)).map((one) => reading(one, nowMs)) };
  },
});

export const gpuInfo = endpoint({
  path: "/gpu/info",
  summary: "GPUs and the rolling cost per token, in the shape of old",
  details: "The newest reading stands at the top as well; `ts` and `host` say which one it is.",
  tag: "telemetry",
  query: noParameters,
  response: gpuInfoSchema,
  answer: async (_query, { store, clock }) => {
    const [all, freshness] = await Promise.all([readings(store), store.freshness()]);
    const newestMs = Math.max(...all.map((one) => one.tsMs));
    const recent = await recentRollups(store, freshness, clock.now(), LEGACY_WINDOW_S);
    const tokens = (recent?.row.sums.inputTokens ?? 0) + (recent?.row.sums.outputTokens ?? 0);
    const price = all
      .filter((one) => one.tsMs >= newestMs - GONE_MS)
      .reduce((sum, { event }) => sum + event.price_per_hour_microusd * (event.gpu_fraction ?? 1), 0);
    const newest = all.find((one) => one.tsMs === newestMs);
    return {
      ...(newest && compatReading(newest)),
      gpus: all.map(compatReading),
      cost_per_token: legacyCostPerToken(price, tokens),
      cost_window_s: LEGACY_WINDOW_S,
      price_per_hour_usd_total: price / 1e6,
    };
  },
});

type Reading = LatestEvent & { readonly event: GpuEvent };

async function readings(store: ReadableStore): Promise<Reading[]> {
  const latest = (await store.latest("gpu")) as readonly Reading[];
  return [...latest].sort(
    ({ event: a }, { event: b }) =>
      compare(a.host, b.host) || a.gpu_index - b.gpu_index || compare(a.gpu_uuid, b.gpu_uuid),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compatReading = ({ event, tsMs }: Reading) => ({
  gpu_index: event.gpu_index,
  name: event.gpu_model,
  utilization: event.utilization,
  mem_used_mb: event.mem_used_bytes / MIB,
  mem_total_mb: event.mem_total_bytes / MIB,
  power_w: event.power_w,
  price_per_hour_usd: event.price_per_hour_microusd / 1e6,
  ts: new Date(tsMs).toISOString(),
  host: event.host,
});

const reading = ({ event, tsMs }: Reading, nowMs: number) => ({
  uuid: event.gpu_uuid,
  index: event.gpu_index,
  gpuModel: event.gpu_model,
  host: event.host,
  servedModel: event.served_model ?? null,
  team: event.team ?? null,
  source: event.source,
  quality: event.quality,
  at: new Date(tsMs).toISOString(),
  ageSeconds: Math.max(0, (nowMs - tsMs) / 1000),
  intervalSeconds: event.interval_s,
  utilization: event.utilization,
  memUsedBytes: event.mem_used_bytes,
  memTotalBytes: event.mem_total_bytes,
  powerWatts: event.power_w,
  powerLimitWatts: event.power_limit_w ?? null,
  temperatureCelsius: event.temp_c ?? null,
  microUsdPerHour: event.price_per_hour_microusd,
  priceSource: event.price_source,
  fraction: event.gpu_fraction ?? 1,
});
