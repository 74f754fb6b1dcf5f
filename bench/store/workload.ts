import type { StoredEvent } from "../../src/store/port.ts";
import { encodeEvent } from "../../src/telemetry/encode.ts";
import { eventId, streamPrefix } from "../../src/telemetry/event-id.ts";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";

export const GPUS = 20;
export const TOKEN_SOURCES = 12;
export const PARTITIONS = 12;
const TICK_MS = 10_000;
const DAY_MS = 86_400_000;

const envelope = (source: string, id: string, seq: number, tsMs: number, host: string) => ({
  event_id: id,
  schema_version: 1,
  ts: new Date(tsMs).toISOString(),
  source,
  source_id: `${source}-${host}`,
  boot_id: "0e8c1f52",
  seq,
  host,
  quality: "measured" as const,
  source_version: "4.9.0",
  producer_version: "0.1.0",
  team: "research",
});

function gpu(index: number, seq: number, tsMs: number): TelemetryEvent {
  const host = `gpu-node-${index >> 2}`;
  const prefix = streamPrefix(`dcgm-${host}`, "0e8c1f52", `GPU-${index}`);
  return {
    ...envelope("dcgm", eventId(prefix, seq), seq, tsMs, host),
    gpu_uuid: `GPU-6d2f0c1e-8a37-4a0b-9a5e-0000000000${String(index).padStart(2, "0")}`,
    gpu_index: index % 4,
    gpu_model: index % 5 === 0 ? "NVIDIA A100-SXM4-80GB" : "NVIDIA H100 80GB HBM3",
    interval_s: 10,
    utilization: ((seq * 37 + index) % 100) / 100,
    mem_used_bytes: 61_203_283_968,
    mem_total_bytes: 85_520_809_984,
    power_w: 310.5 + (seq % 90),
    price_per_hour_microusd: 2_990_000,
    price_source: "price-book" as const,
    energy_j: 3105 + (seq % 900),
    temp_c: 61,
    served_model: `llama-3.1-${index % 4}`,
  };
}

function tokens(index: number, seq: number, tsMs: number): TelemetryEvent {
  const host = `gpu-node-${index % 5}`;
  return {
    ...envelope("vllm", eventId(streamPrefix(`vllm-${index}`, "0e8c1f52", "tokens"), seq), seq, tsMs, host),
    kind: "interval" as const,
    model: `llama-3.1-${index % 4}`,
    input_tokens: 4000 + (seq % 800),
    output_tokens: 900 + (seq % 333),
    requests: 7,
    latency_s: 21.5,
    ttft_s: 1.25,
    window_start: new Date(tsMs - TICK_MS).toISOString(),
    window_end: new Date(tsMs).toISOString(),
  };
}

/** How long the stored events reach back: the last day is complete, before it every second tick was recorded. */
export function ticks(events: number, endMs: number): number[] {
  const wanted = Math.ceil(events / (GPUS + TOKEN_SOURCES));
  const times: number[] = [];
  for (let tsMs = endMs; times.length < wanted; tsMs -= endMs - tsMs < DAY_MS ? TICK_MS : 2 * TICK_MS)
    times.push(tsMs);
  return times.reverse();
}

export type Batch = { readonly origin: string; readonly events: readonly StoredEvent[] };

/** Batches as a processor gets them: consecutive events of one partition each, `size` ticks of all its streams. */
export function* batches(times: readonly number[], size: number): Generator<Batch> {
  const offsets = new Map<string, number>();
  for (let from = 0; from < times.length; from += size)
    for (const kind of ["gpu", "token"] as const)
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const origin = `local/${kind}/${partition}`;
        const events: StoredEvent[] = [];
        let offset = offsets.get(origin) ?? 0;
        for (let tick = from; tick < Math.min(from + size, times.length); tick += 1)
          for (let at = partition; at < (kind === "gpu" ? GPUS : TOKEN_SOURCES); at += PARTITIONS) {
            const tsMs = times[tick]!;
            const event = kind === "gpu" ? gpu(at, tick, tsMs) : tokens(at, tick, tsMs);
            const expiresMs = tsMs + 400 * DAY_MS;
            events.push({ kind, tsMs, expiresMs, origin, offset: offset++, event, json: encodeEvent(event) });
          }
        offsets.set(origin, offset);
        if (events.length > 0) yield { origin, events };
      }
}
