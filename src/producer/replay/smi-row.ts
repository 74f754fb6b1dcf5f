import type { GpuEvent } from "../../telemetry/events.ts";
import type { PriceOf } from "../gpu-price.ts";
import { withKnown } from "../known.ts";
import { energyBetween } from "../smi/energy.ts";
import { smiEvent } from "../smi/event.ts";
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
    const { before, after, index, gpu } = this.interval;
    const energyJ = energyBetween(before, after);
    const span = {
      ...{ gpu, index, last: after },
      intervalS: (after.tsMs - before.tsMs) / 1000,
      utilization: after.numbers.utilization ?? 0,
      energyJ,
      isMeasured: energyJ !== undefined,
    };
    const envelope = {
      event_id: mint.eventId,
      ts: mint.iso(this.tsMs),
      source: "replay",
      source_id: mint.sourceId,
      boot_id: mint.bootId,
      seq: mint.seq,
      host: this.options.host,
    };
    const event = smiEvent(span, envelope, this.priceOf(after.texts.model ?? ""));
    return withKnown(event, { team: this.options.team });
  }
}
