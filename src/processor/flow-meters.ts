import type { RecordBatch } from "../eventlog/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";
import type { Work } from "./group-write.ts";
import type { Counts } from "./pipeline.ts";
import type { BatchPlan } from "./plan.ts";

/**
 * Counts records: received before the work, results after its success. At any time
 * `consumed = stored + replayed + duplicate + dead_letter + released + in flight`.
 */
export class FlowMeters {
  readonly #counts = { consumed: 0, stored: 0, duplicates: 0, deadLettered: 0 };
  readonly #done = new Map<string, number>();
  #records = 0;
  #bytes = 0;
  #batches = 0;

  constructor(
    private readonly meters: Ca3Meters,
    private readonly clock: Clock,
  ) {}

  counts(): Counts {
    return { ...this.#counts };
  }

  doneOffset(topic: string, partition: number): number | undefined {
    return this.#done.get(`${topic}/${partition}`);
  }

  waiting(): number {
    return this.#batches;
  }

  /** Counts what came in and answers with its size in bytes. */
  received({ topic, records }: RecordBatch): number {
    let bytes = 0;
    for (let at = 0; at < records.length; at++) bytes += records[at]!.value.length;
    this.#counts.consumed += records.length;
    this.meters.add("processor_records_consumed_total", { topic }, records.length);
    this.#move(1, records.length, bytes);
    return bytes;
  }

  planned({ batch: { topic }, rejected, minted }: BatchPlan): void {
    for (const { reason } of rejected)
      this.meters.add("processor_validation_failures_total", { topic, reason });
    if (minted > 0) this.meters.add("processor_events_minted_total", { topic }, minted);
  }

  /** Counts the results of a batch of which everything is stored or dead-lettered. */
  done({ plan, settled, rejected }: Work, bytes: number): void {
    const { topic, partition, records } = plan.batch;
    const { own, replayed, resent, refused } = settled;
    const stored = own.length - replayed;
    this.#result(topic, "stored", stored);
    this.#result(topic, "replayed", replayed);
    this.#result(topic, "duplicate", resent);
    this.#result(topic, "dead_letter", rejected.length);
    for (const { reason } of rejected) this.meters.add("processor_dead_letter_total", { topic, reason });
    if (refused.length > 0) {
      const reason = "store_refused";
      this.meters.add("processor_validation_failures_total", { topic, reason }, refused.length);
    }
    this.#counts.stored += stored;
    this.#counts.duplicates += replayed + resent;
    this.#counts.deadLettered += rejected.length;
    this.#done.set(`${topic}/${partition}`, records.at(-1)!.offset + 1);
    this.#observeDelays(topic, plan, own);
    this.#move(-1, -records.length, -bytes);
  }

  /** Ends the flight of a batch that was given back undone; it will be delivered again. */
  released({ topic, records }: RecordBatch, bytes: number): void {
    this.#result(topic, "released", records.length);
    this.#move(-1, -records.length, -bytes);
  }

  #observeDelays(topic: string, { writes, brokerDelayS }: BatchPlan, own: Work["settled"]["own"]): void {
    const now = this.clock.now();
    const delays = new Float64Array(own.length);
    for (let at = 0; at < own.length; at++) delays[at] = Math.max(0, now - own[at]!.tsMs) / 1000;
    this.meters.observeMany("event_store_delay_seconds", { topic }, delays);
    this.meters.observeMany("event_broker_delay_seconds", { topic }, brokerDelayS, writes.length);
  }

  #result(topic: string, result: string, count: number): void {
    if (count > 0) this.meters.add("processor_records_total", { topic, result }, count);
  }

  #move(batches: number, records: number, bytes: number): void {
    this.#batches += batches;
    this.#records += records;
    this.#bytes += bytes;
    this.meters.set("processor_inflight_records", {}, this.#records);
    this.meters.set("processor_inflight_bytes", {}, this.#bytes);
  }
}
