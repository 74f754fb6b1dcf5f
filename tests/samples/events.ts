import type { GpuEvent, TokenEvent } from "../../src/telemetry/events.ts";

/** 2026-03-01T10:00:00Z, the beginning of a clock hour. */
export const HOUR_MS = Date.UTC(2026, 2, 1, 10);

/** A measured reading of ten seconds on an A100 at half load, with what a test says about it instead. */
export const gpuEvent = (own: Partial<GpuEvent> = {}): GpuEvent => ({
  event_id: "gpu-1",
  schema_version: 1,
  ts: "2026-03-01T10:00:10.000Z",
  source: "nvidia-smi",
  source_id: "smi-a",
  boot_id: "boot-1",
  seq: 0,
  host: "host-a",
  quality: "measured",
  gpu_uuid: "GPU-a",
  gpu_index: 0,
  gpu_model: "NVIDIA A100-SXM4-40GB",
  interval_s: 10,
  utilization: 0.5,
  mem_used_bytes: 20_480 * 1_048_576,
  mem_total_bytes: 40_960 * 1_048_576,
  power_w: 250,
  price_per_hour_microusd: 3_600_000,
  price_source: "config",
  ...own,
});

/** One request of 1,000 prompt and 200 generated tokens, with what a test says about it instead. */
export const tokenEvent = (own: Partial<TokenEvent> = {}): TokenEvent => ({
  event_id: "token-1",
  schema_version: 1,
  ts: "2026-03-01T10:00:05.000Z",
  source: "vllm",
  source_id: "vllm-a",
  boot_id: "boot-1",
  seq: 0,
  host: "host-a",
  quality: "measured",
  kind: "request",
  model: "llama-3.1-8b",
  input_tokens: 1_000,
  output_tokens: 200,
  requests: 1,
  ...own,
});
