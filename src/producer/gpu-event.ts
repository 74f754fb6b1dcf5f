import type { GpuEvent } from "../telemetry/events.ts";
import { SCHEMA_VERSION } from "../telemetry/schema-version.ts";
import type { GpuReading } from "./gpu-model.ts";

/** What a source knows about an event beyond its numbers. */
export type GpuEventIdentity = {
  readonly eventId: string;
  /** Which kind of source, such as `synthetic` or `replay`. */
  readonly source: string;
  readonly sourceId: string;
  readonly bootId: string;
  readonly seq: number;
  /** LLM that the GPU serves. */
  readonly servedModel?: string;
};

/** A modelled reading as an event, always marked `synthetic`: no card said this. */
export function gpuEventOf(reading: GpuReading, identity: GpuEventIdentity): GpuEvent {
  return {
    event_id: identity.eventId,
    schema_version: SCHEMA_VERSION,
    ts: new Date(reading.tsMs).toISOString(),
    source: identity.source,
    source_id: identity.sourceId,
    boot_id: identity.bootId,
    seq: identity.seq,
    host: reading.host,
    quality: "synthetic",
    gpu_uuid: reading.uuid,
    gpu_index: reading.index,
    gpu_model: reading.card.name,
    interval_s: reading.intervalS,
    utilization: reading.utilization,
    mem_used_bytes: reading.memUsedBytes,
    mem_total_bytes: reading.memTotalBytes,
    power_w: reading.powerW,
    energy_j: reading.energyJ,
    power_limit_w: reading.card.tdpW,
    price_per_hour_microusd: reading.priceMicroUsdPerHour,
    price_source: reading.priceGiven ? "config" : "price-book",
    ...(identity.servedModel === undefined ? {} : { served_model: identity.servedModel }),
  };
}
