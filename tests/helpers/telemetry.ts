import type { LogRecord, RecordBatch } from "../../src/eventlog/port.ts";
import type { StoredEvent } from "../../src/store/port.ts";
import type { GpuEvent, TelemetryEvent, TokenEvent } from "../../src/telemetry/events.ts";
import type { EventKind } from "../../src/telemetry/topics.ts";

/** Start of the hour in which the events of tests happen. */
export const START_MS = Date.UTC(2026, 4, 1, 12);

export const gpuEvent = (id: string, atMs = START_MS + 1_000, more: Partial<GpuEvent> = {}): GpuEvent => ({
  event_id: id,
  schema_version: 1,
  ts: new Date(atMs).toISOString(),
  source: "synthetic",
  source_id: "rack-1",
  boot_id: "boot-1",
  seq: 1,
  host: "node-1",
  quality: "synthetic",
  gpu_uuid: "GPU-1",
  gpu_index: 0,
  gpu_model: "NVIDIA A100",
  interval_s: 1,
  utilization: 0.5,
  mem_used_bytes: 20e9,
  mem_total_bytes: 40e9,
  power_w: 200,
  price_per_hour_microusd: 3_200_000,
  price_source: "config",
  ...more,
});

export const tokenEvent = (
  id: string,
  atMs = START_MS + 1_000,
  more: Partial<TokenEvent> = {},
): TokenEvent => ({
  event_id: id,
  schema_version: 1,
  ts: new Date(atMs).toISOString(),
  source: "synthetic",
  source_id: "server-1",
  boot_id: "boot-1",
  seq: 1,
  host: "node-1",
  quality: "synthetic",
  kind: "request",
  model: "llama-3-8b",
  input_tokens: 100,
  output_tokens: 20,
  requests: 1,
  ...more,
});

export const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

export const logRecord = (offset: number, value: unknown, more: Partial<LogRecord> = {}): LogRecord => ({
  offset,
  key: null,
  value: bytesOf(value),
  headers: {},
  appendedMs: START_MS + 2_000,
  ...more,
});

export function recordBatch(topic: string, partition: number, records: readonly LogRecord[]): RecordBatch {
  const endOffset = (records.at(-1)?.offset ?? -1) + 1;
  return { topic, partition, origin: `log/${topic}/${partition}`, records, endOffset };
}

export function storedEvent(
  origin: string,
  offset: number,
  event: TelemetryEvent,
  kind: EventKind = "kind" in event ? "token" : "gpu",
): StoredEvent {
  const tsMs = Date.parse(event.ts);
  return { origin, offset, kind, tsMs, expiresMs: tsMs + 86_400_000, event };
}
