import type { LatestEvent, RollupDelta, StoredEvent } from "../../../src/store/port.ts";
import type { TelemetryEvent } from "../../../src/telemetry/events.ts";
import type { Dimensions, ResolutionS, RollupKey, Sums } from "../../../src/telemetry/rollup.ts";
import { addSums, zeroSums } from "../../../src/telemetry/rollup.ts";

export const HOUR_MS = 3_600_000;
/** A whole hour, so that it starts a bucket in every width. */
export const START_MS = Date.UTC(2026, 0, 5, 10);
/** Beyond any clock, because a server that deletes what has expired goes by its own. */
export const FAR_MS = Date.UTC(2090, 0, 1);
export const ORIGIN = "log-1/gpu.metrics.v1/0";

export function gpuEvent(id: string, more: Partial<TelemetryEvent> = {}): TelemetryEvent {
  return {
    event_id: id,
    schema_version: 1,
    ts: new Date(START_MS).toISOString(),
    source: "nvidia-smi",
    source_id: "s",
    boot_id: "b",
    seq: 1,
    host: "host-1",
    quality: "measured",
    gpu_uuid: "GPU-1",
    gpu_index: 0,
    gpu_model: "NVIDIA H100",
    interval_s: 10,
    utilization: 0.5,
    mem_used_bytes: 1024,
    mem_total_bytes: 4096,
    power_w: 300.25,
    price_per_hour_microusd: 3_200_000,
    price_source: "config",
    ...more,
  } as TelemetryEvent;
}

export function tokenEvent(id: string, more: Partial<TelemetryEvent> = {}): TelemetryEvent {
  return {
    event_id: id,
    schema_version: 1,
    ts: new Date(START_MS).toISOString(),
    source: "vllm",
    source_id: "s",
    boot_id: "b",
    seq: 1,
    host: "host-1",
    quality: "measured",
    kind: "request",
    model: "llama-3.1-8b ☃",
    input_tokens: 10,
    output_tokens: 20,
    requests: 1,
    ...more,
  } as TelemetryEvent;
}

export const stored = (id: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  kind: "gpu",
  tsMs: START_MS,
  expiresMs: FAR_MS,
  origin: ORIGIN,
  offset: 0,
  event: more.kind === "token" ? tokenEvent(id) : gpuEvent(id),
  ...more,
});

export const latest = (subject: string, tsMs: number, id: string): LatestEvent => ({
  kind: "gpu",
  subject,
  tsMs,
  event: gpuEvent(id),
});

export const noDimensions: Dimensions = {
  host: "",
  gpu: "",
  gpuModel: "",
  model: "",
  team: "",
  tenant: "",
  quality: "measured",
  source: "nvidia-smi",
};

export const keyOf = (
  more: Partial<Omit<RollupKey, "dimensions">> & { dimensions?: Partial<Dimensions> } = {},
): RollupKey => ({
  kind: "gpu",
  resolutionS: 60 as ResolutionS,
  bucketMs: START_MS,
  origin: ORIGIN,
  ...more,
  dimensions: { ...noDimensions, ...more.dimensions },
});

export const sumsOf = (more: Partial<Sums>): Sums => ({ ...zeroSums(), ...more });

/** What one event adds, and where it stands in its origin. */
export type Item = { readonly offset: number; readonly sums: Partial<Sums>; readonly tsMs?: number };

/** The delta of some events of one rollup, with the same `since` that a planner would give. */
export function delta(key: RollupKey, items: readonly Item[]): RollupDelta {
  const sums = zeroSums();
  for (const item of items) addSums(sums, sumsOf({ events: 1, ...item.sums }));
  const times = items.map((item) => item.tsMs ?? key.bucketMs);
  return {
    key,
    firstOffset: items[0]!.offset,
    lastOffset: items.at(-1)!.offset,
    sums,
    newestMs: Math.max(...times),
    oldestMs: Math.min(...times),
    since(offset) {
      const rest = items.filter((item) => item.offset > offset);
      return rest.length === 0 ? undefined : delta(key, rest);
    },
  };
}
