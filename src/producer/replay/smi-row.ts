import type { GpuEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/events.ts";
import { priceFor } from "../../telemetry/prices.ts";
import { known } from "./known.ts";
import type { Mint } from "./mint.ts";
import type { TraceOptions } from "./options.ts";
import { reasonsOf } from "./smi-columns.ts";
import { energyBetween } from "./smi-energy.ts";
import type { SmiInterval } from "./smi-intervals.ts";
import type { Row } from "./trace.ts";

/** A GPU from one sample to the next. */
export class SmiRow implements Row {
  readonly kind = "gpu";
  readonly inputTokens = 0;
  readonly outputTokens = 0;
  readonly requests = 0;
  readonly tsMs: number;
  readonly startMs: number;
  readonly gpu: string;

  constructor(
    private readonly interval: SmiInterval,
    private readonly options: TraceOptions,
  ) {
    this.tsMs = interval.after.tsMs;
    this.startMs = interval.before.tsMs;
    this.gpu = interval.gpu;
  }

  /**
   * Utilisation and memory are those of the sample that ends the interval: the driver's utilisation looks back.
   * What the log does not hold is 0 and the event is then `estimated`.
   */
  build(mint: Mint): GpuEvent {
    const { before, after, index } = this.interval;
    const { numbers, texts } = after;
    const intervalS = (after.tsMs - before.tsMs) / 1000;
    const energyJ = energyBetween(before, after);
    const model = texts.model ?? "unknown GPU";
    const price = priceOf(model, this.options);
    const usedBytes = numbers.memUsedBytes ?? 0;
    const isWhole =
      energyJ !== undefined && numbers.memUsedBytes !== undefined && numbers.memTotalBytes !== undefined;
    return {
      event_id: mint.eventId,
      schema_version: SCHEMA_VERSION,
      ts: mint.iso(this.tsMs),
      source: "replay",
      source_id: mint.sourceId,
      boot_id: mint.bootId,
      seq: mint.seq,
      host: this.options.host,
      quality: isWhole ? "measured" : "estimated",
      gpu_uuid: this.gpu,
      gpu_index: index,
      gpu_model: model,
      interval_s: intervalS,
      utilization: numbers.utilization ?? 0,
      mem_used_bytes: usedBytes,
      mem_total_bytes: Math.max(numbers.memTotalBytes ?? 0, usedBytes),
      power_w: (energyJ ?? 0) / intervalS,
      price_per_hour_microusd: price.microUsdPerHour,
      price_source: price.source,
      ...known("energy_j", energyJ),
      ...known("energy_j_total", numbers.energyJ),
      ...known("driver_version", texts.driver),
      ...known("mem_free_bytes", numbers.memFreeBytes),
      ...known("mem_reserved_bytes", numbers.memReservedBytes),
      ...known("temp_c", numbers.tempC),
      ...known("mem_temp_c", numbers.memTempC),
      ...known("sm_clock_hz", numbers.smClockHz),
      ...known("mem_clock_hz", numbers.memClockHz),
      ...known("power_limit_w", numbers.powerLimitW),
      ...known("ecc_uncorrected_total", numbers.eccUncorrected),
      ...known("throttle_reasons", texts.throttle === undefined ? undefined : reasonsOf(texts.throttle)),
      ...known("team", this.options.team),
    };
  }
}

function priceOf(model: string, options: TraceOptions): ReturnType<typeof priceFor> {
  const given = options.pricePerHourMicroUsd;
  return given === undefined ? priceFor(model) : { microUsdPerHour: given, source: "config" };
}
