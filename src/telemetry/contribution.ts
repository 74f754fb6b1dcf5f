import { isTokenEvent } from "./encode.ts";
import type { GpuEvent, TelemetryEvent, TokenEvent } from "./events.ts";
import { gpuCostNanoUsd } from "./money.ts";
import { addLatencies, addVerdict, countedIn } from "./request-times.ts";
import type { Dimensions, Sums } from "./rollup.ts";
import { zeroSums } from "./rollup.ts";
import type { Slo } from "./slo.ts";
import type { EventKind } from "./topics.ts";

const BYTES_PER_MIB = 1_048_576;

export type Contribution = {
  readonly kind: EventKind;
  readonly dimensions: Dimensions;
  readonly sums: Sums;
};

/** What one event adds to the rollups it belongs to. Every sum is a whole number, so adding is exact in any order. */
export function contributionOf(event: TelemetryEvent, slo?: Slo): Contribution {
  const sums = zeroSums();
  if (isTokenEvent(event)) {
    addTokens(sums, event, slo);
    return { kind: "token", dimensions: tokenDimensions(event), sums };
  }
  addGpu(sums, event);
  return { kind: "gpu", dimensions: gpuDimensions(event), sums };
}

/** The dimensions under which a GPU event is summed. */
export const gpuDimensions = (event: GpuEvent): Dimensions => ({
  host: event.host,
  gpu: event.gpu_uuid,
  gpuModel: event.gpu_model,
  model: event.served_model ?? "",
  team: event.team ?? "",
  tenant: event.tenant ?? "",
  quality: event.quality,
  source: event.source,
});

/** Tokens that ran on exactly one known GPU carry it; where several did the work, the report shares it out. */
export const tokenDimensions = (event: TokenEvent): Dimensions => ({
  host: event.host,
  gpu: boundGpu(event),
  gpuModel: "",
  model: event.model,
  team: event.team ?? "",
  tenant: event.tenant ?? "",
  quality: event.quality,
  source: event.source,
});

/** The GPU that a token event ran on, when it names exactly one; else empty. */
export const boundGpu = (event: TokenEvent): string =>
  event.gpu_uuids?.length === 1 ? event.gpu_uuids[0]! : "";

/**
 * Share of the interval in which the GPU worked. `utilization` only says that some kernel was resident, so the time the
 * engine or the SMs were active comes first when the card reports it.
 */
const busyRatio = (event: GpuEvent): number => event.engine_active ?? event.sm_active ?? event.utilization;

/**
 * Held time is GPU time: an event about a quarter of a GPU adds a quarter of its interval, so four quarters make one
 * GPU-hour. Power is that of the physical card, so its energy is taken by the same share, unless the event gives its
 * own energy.
 */
export function addGpu(into: Sums, event: GpuEvent): void {
  const intervalMs = Math.round(event.interval_s * 1000);
  const fraction = event.gpu_fraction ?? 1;
  const busy = busyRatio(event);
  const heldMs = Math.round(intervalMs * fraction);
  const cost = gpuCostNanoUsd(event.price_per_hour_microusd, intervalMs, fraction);
  const joules = event.energy_j ?? (event.power_w * intervalMs * fraction) / 1000;
  into.events += 1;
  into.heldMs += heldMs;
  into.busyMs += Math.round(heldMs * busy);
  into.costNanoUsd += cost;
  into.usedNanoUsd += Math.round(cost * busy);
  into.energyMilliJ += Math.round(joules * 1000);
  into.memUsedMibMs += Math.round((event.mem_used_bytes / BYTES_PER_MIB) * intervalMs);
  into.memTotalMibMs += Math.round((event.mem_total_bytes / BYTES_PER_MIB) * intervalMs);
}

/**
 * A request that carries `error_type` is one error; an interval says how many there were.
 *
 * @param into sums that nobody else holds, because its counts by time are changed in place
 */
export function addTokens(into: Sums, event: TokenEvent, slo?: Slo): void {
  into.events += 1;
  into.requests += event.requests;
  into.errors += event.errors ?? (event.error_type ? 1 : 0);
  into.inputTokens += event.input_tokens;
  into.outputTokens += event.output_tokens;
  into.cacheReadTokens += event.cache_read_tokens ?? 0;
  into.cacheWriteTokens += event.cache_write_tokens ?? 0;
  into.reasoningTokens += event.reasoning_tokens ?? 0;
  if (event.latency_s !== undefined) {
    into.latencyMs += Math.round(event.latency_s * 1000);
    into.latencyCount += countedIn(event.e2e_counts) ?? event.requests;
  }
  if (event.ttft_s !== undefined) {
    into.ttftMs += Math.round(event.ttft_s * 1000);
    into.ttftCount += countedIn(event.ttft_counts) ?? event.requests;
  }
  if (event.queue_s !== undefined) into.queueMs += Math.round(event.queue_s * 1000);
  if (event.prefill_s !== undefined) into.prefillMs += Math.round(event.prefill_s * 1000);
  if (event.decode_s !== undefined) into.decodeMs += Math.round(event.decode_s * 1000);
  addLatencies(into, event);
  if (slo !== undefined) addVerdict(into, event, slo);
}

/** Events that stand for a span belong to the bucket in which it ends, exclusively; the others to that of `tsMs`. */
export function bucketTimeMs(event: TelemetryEvent, tsMs: number): number {
  const spans = isTokenEvent(event) ? event.kind === "interval" : event.interval_s > 0;
  return spans ? tsMs - 1 : tsMs;
}
