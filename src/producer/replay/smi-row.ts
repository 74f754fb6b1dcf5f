import type { GpuEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/events.ts";
import { priceFor } from "../../telemetry/prices.ts";
import { millionths, withKnown } from "../known.ts";
import { reasonsOf } from "../smi/columns.ts";
import { energyBetween } from "../smi/energy.ts";
import type { Mint } from "./mint.ts";
import type { TraceOptions } from "./options.ts";
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
    private readonly priceOf: PriceOf,
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
    const price = this.priceOf(model);
    const usedBytes = numbers.memUsedBytes ?? 0;
    const isWhole =
      energyJ !== undefined && numbers.memUsedBytes !== undefined && numbers.memTotalBytes !== undefined;
    const event: GpuEvent = {
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
      team: this.options.team,
    });
  }
}

export type PriceOf = (model: string) => ReturnType<typeof priceFor>;

/** The price that was given, or the price book's, which is asked once per model. */
export function priceLookup(given: number | undefined): PriceOf {
  if (given !== undefined) return () => ({ microUsdPerHour: given, source: "config" });
  const known = new Map<string, ReturnType<typeof priceFor>>();
  return (model) => {
    const price = known.get(model) ?? priceFor(model);
    if (known.size < 1000) known.set(model, price);
    return price;
  };
}
