import type { GpuEvent } from "../../telemetry/events.ts";
import type { Price } from "../../telemetry/prices.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";
import { millionths, withKnown } from "../known.ts";
import { reasonsOf } from "./columns.ts";
import type { SmiReading } from "./sample.ts";

/** What one GPU did in one interval, and what it says of itself at its end. */
export type SmiSpan = {
  readonly gpu: string;
  readonly index: number;
  readonly intervalS: number;
  /** Mean over the interval, 0 to 1; undefined when the driver does not tell. */
  readonly utilization: number | undefined;
  /** Undefined when neither a counter nor power is known. */
  readonly energyJ: number | undefined;
  /** Both were measured all the time, and nothing of them is filled in. */
  readonly isMeasured: boolean;
  readonly last: SmiReading;
};

export type SmiEnvelope = Pick<
  GpuEvent,
  "event_id" | "ts" | "source" | "source_id" | "boot_id" | "seq" | "host"
>;

/**
 * A span as an event. What is required and unknown is 0, and the event is then `estimated`; what is optional and unknown
 * is absent.
 */
export function smiEvent(span: SmiSpan, envelope: SmiEnvelope, price: Price): GpuEvent {
  const { last, energyJ, utilization, intervalS } = span;
  const { numbers, texts } = last;
  const usedBytes = numbers.memUsedBytes ?? 0;
  const isMeasured =
    span.isMeasured && numbers.memUsedBytes !== undefined && numbers.memTotalBytes !== undefined;
  const event: GpuEvent = {
    event_id: envelope.event_id,
    schema_version: SCHEMA_VERSION,
    ts: envelope.ts,
    source: envelope.source,
    source_id: envelope.source_id,
    boot_id: envelope.boot_id,
    seq: envelope.seq,
    host: envelope.host,
    quality: isMeasured ? "measured" : "estimated",
    gpu_uuid: span.gpu,
    gpu_index: span.index,
    gpu_model: texts.model ?? "unknown GPU",
    interval_s: intervalS,
    utilization: utilization ?? 0,
    mem_used_bytes: usedBytes,
    mem_total_bytes: Math.max(numbers.memTotalBytes ?? 0, usedBytes),
    power_w: millionths((energyJ ?? 0) / intervalS),
    price_per_hour_microusd: price.microUsdPerHour,
    price_source: price.source,
  };
  return withKnown(event, {
    energy_j: energyJ,
    energy_j_total: numbers.energyJ,
    driver_version: texts.driver,
    mem_free_bytes: numbers.memFreeBytes,
    mem_reserved_bytes: numbers.memReservedBytes,
    temp_c: numbers.tempC,
    mem_temp_c: numbers.memTempC,
    sm_clock_hz: numbers.smClockHz,
    mem_clock_hz: numbers.memClockHz,
    power_limit_w: numbers.powerLimitW,
    ecc_uncorrected_total: numbers.eccUncorrected,
    throttle_reasons: texts.throttle === undefined ? undefined : reasonsOf(texts.throttle),
  });
}
