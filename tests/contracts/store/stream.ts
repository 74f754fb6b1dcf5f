import type { StoredEvent, TelemetryStore } from "../../../src/store/port.ts";
import { bucketTimeMs, contributionOf } from "../../../src/telemetry/contribution.ts";
import type { Sums } from "../../../src/telemetry/rollup.ts";
import { addSums, RESOLUTIONS_S, zeroSums } from "../../../src/telemetry/rollup.ts";
import { planRollups } from "../../../src/telemetry/rollup-plan.ts";
import { gpuEvent, START_MS, stored } from "./samples.ts";

export const ORIGINS = ["log-1/gpu.metrics.v1/0", "log-1/gpu.metrics.v1/1"] as const;

/** Event `offset` of an endless stream: always the same for the same place. */
export function streamed(origin: string, offset: number): StoredEvent {
  const tsMs = START_MS + offset * 250;
  const partition = ORIGINS.indexOf(origin as (typeof ORIGINS)[number]);
  const event = gpuEvent(`p${partition}-${String(offset).padStart(9, "0")}`, {
    ts: new Date(tsMs).toISOString(),
    host: `host-${offset % 3}`,
    gpu_uuid: `GPU-${partition}-${offset % 4}`,
    utilization: (offset % 10) / 10,
    interval_s: 10,
    power_w: 200 + (offset % 7),
  });
  return stored(event.event_id, { event, tsMs, origin, offset });
}

/**
 * What a processor does with a batch: raw events first, then the rollups of those that are not a re-send. In every second
 * stretch of the stream it asks for both in one write first.
 */
export async function process(
  store: TelemetryStore,
  origin: string,
  from: number,
  to: number,
): Promise<void> {
  const events = Array.from({ length: to - from }, (_, index) => streamed(origin, from + index));
  const deltas = planRollups(origin, events);
  const { duplicates, complete } =
    store.insertWith && Math.floor(from / 100) % 2 === 0
      ? await store.insertWith(events, { deltas, latest: [] })
      : { ...(await store.insertEvents(events)), complete: false };
  for (const [index, place] of duplicates)
    if (place.origin !== origin || place.offset !== events[index]!.offset)
      throw new Error(`event ${index} came from ${JSON.stringify(place)}`);
  if (!complete) await store.applyRollups(deltas);
}

/** All rollups computed anew from raw events, one by one, without the planner: by name, for comparison. */
export function recompute(events: readonly StoredEvent[]): Map<string, Sums> {
  const rollups = new Map<string, Sums>();
  for (const { event, tsMs } of events) {
    const { kind, dimensions, sums } = contributionOf(event);
    for (const resolutionS of RESOLUTIONS_S) {
      const width = resolutionS * 1000;
      const bucketMs = Math.floor(bucketTimeMs(event, tsMs) / width) * width;
      const name = rollupName(resolutionS, bucketMs, kind, dimensions.host, dimensions.gpu);
      const total = rollups.get(name) ?? zeroSums();
      addSums(total, sums);
      rollups.set(name, total);
    }
  }
  return rollups;
}

/** All rollups the store holds, under the same names. */
export async function storedRollups(store: TelemetryStore): Promise<Map<string, Sums>> {
  const rollups = new Map<string, Sums>();
  for (const resolutionS of RESOLUTIONS_S) {
    const groupBy = ["bucket", "kind", "host", "gpu"] as const;
    const rows = await store.queryRollups({ resolutionS, fromMs: 0, toMs: START_MS * 2, groupBy });
    for (const { bucketMs, kind, dimensions, sums } of rows)
      rollups.set(rollupName(resolutionS, bucketMs!, kind!, dimensions.host!, dimensions.gpu!), sums);
  }
  return rollups;
}

const rollupName = (resolutionS: number, bucketMs: number, ...rest: readonly string[]) =>
  [resolutionS, bucketMs, ...rest].join("|");
