import type { Clock } from "../../../support/clock.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { backoffMs } from "../../../support/retry.ts";
import type { Compression } from "../../kafka-config.ts";
import { MAX_BATCH_BYTES } from "../produce/delivery.ts";
import type { KafkaClient } from "../transport/client.ts";
import { classOf, NetworkError } from "../transport/failures.ts";
import { isKafkaError, KafkaError } from "../transport/kafka-error.ts";
import { type BatchRecord, encodeBatch, sizeOfRecord } from "../wire/encode-batch.ts";
import { produceRequest } from "../wire/produce.ts";
import { leaderOf } from "./read-range.ts";
import { newEpoch, ONCE_PRODUCER_ID } from "./sequence.ts";
import { PartitionView } from "./view.ts";

/** All records with ids of a topic go here, so that the same id always meets itself, however many partitions there are. */
export const ONCE_PARTITION = 0;

export type OnceRecord = BatchRecord & { readonly id: string; readonly sinceMs: number };

export type OnceOptions = {
  readonly compression: Compression;
  readonly clock: Clock;
  /** How long a call tries before it rejects, ms. */
  readonly appendTimeoutMs: number;
  /** How many ids are remembered per topic; older ones are looked up in the topic. */
  readonly capacity?: number;
};

const rest = { firstMs: 20, maxMs: 1_000 };
const SERVER_TIMEOUT_MS = 5_000;
/** A number that nobody refuses any more although nothing new is there to read: see ADR 6. */
const STUCK_MS = 10_000;
const LOST_RACE = ["OUT_OF_ORDER_SEQUENCE_NUMBER", "DUPLICATE_SEQUENCE_NUMBER", "INVALID_PRODUCER_EPOCH"];
const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

/**
 * Writes records of one topic so that each id is there once, whoever sends it, how often, and whoever dies in between.
 * Read what is there; send what is missing with the number that follows on what was read; the broker takes it only if
 * nobody has written since. `docs/adr/0006-dead-letters-once.md` has the reasons and the limits.
 */
export class OnceWriter {
  readonly #view: PartitionView;
  #turn: Promise<void> = Promise.resolve();
  #stuck: { readonly end: number; readonly sinceMs: number } | undefined;
  #maxBytes = MAX_BATCH_BYTES;

  constructor(
    private readonly client: KafkaClient,
    private readonly topic: string,
    private readonly options: OnceOptions,
  ) {
    this.#view = new PartitionView(client, { topic, partition: ONCE_PARTITION }, options.capacity);
  }

  /** Resolves when all ids are in the topic. Calls take turns. */
  append(records: readonly OnceRecord[]): Promise<void> {
    const mine = this.#turn.then(() => this.#append(records));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #append(records: readonly OnceRecord[]): Promise<void> {
    const firsts = [...new Map(records.toReversed().map((one) => [one.id, one])).values()].reverse();
    const deadlineMs = this.options.clock.now() + this.options.appendTimeoutMs;
    for (let attempt = 0; ; ) {
      try {
        const missing = await this.#view.update(firsts);
        if (missing.length === 0) return;
        const progress = await this.#send(this.#fitting(missing));
        attempt = progress ? 0 : attempt + 1;
        if (this.options.clock.now() > deadlineMs) throw new NetworkError("others keep writing first");
        if (!progress) await this.#rest(attempt);
      } catch (error) {
        await this.#recover(error, attempt++, deadlineMs);
      }
    }
  }

  /** Whether the broker took it. What it really holds is told by the next reading, not by this answer. */
  async #send(records: readonly OnceRecord[]): Promise<boolean> {
    const { topic } = this;
    const { leader } = leaderOf(this.client, { topic, partition: ONCE_PARTITION });
    const batch = encodeBatch(
      records.map(({ id, ...record }) => ({ ...record, onceId: id })),
      {
        producerId: ONCE_PRODUCER_ID,
        producerEpoch: this.#view.sequence.epoch,
        baseSequence: this.#view.sequence.sequence,
        compression: this.options.compression,
        timestampMs: this.options.clock.now(),
      },
    );
    const parts = [{ topic, partition: ONCE_PARTITION, batch }];
    const [answer] = await this.client.send(leader, produceRequest(parts, SERVER_TIMEOUT_MS));
    const code = answer?.errorCode ?? -1;
    if (code !== 0) return this.#refused(new KafkaError(code, topic), records);
    this.#stuck = undefined;
    this.#maxBytes = MAX_BATCH_BYTES;
    return true;
  }

  #refused(error: KafkaError, records: readonly OnceRecord[]): false {
    if (TOO_LARGE.includes(error.type)) {
      if (records.length === 1) throw tooLarge(this.topic, records[0]!);
      this.#maxBytes = Math.ceil(records.reduce((sum, one) => sum + sizeOfRecord(one), 0) / 2);
      return false;
    }
    if (!LOST_RACE.includes(error.type)) throw error;
    this.#unlockWhenStuck();
    return false;
  }

  /** Others writing is no reason: they move the end. */
  #unlockWhenStuck(): void {
    const [nowMs, { end }] = [this.options.clock.now(), this.#view];
    if (this.#stuck?.end !== end) this.#stuck = { end, sinceMs: nowMs };
    else if (nowMs - this.#stuck.sinceMs >= STUCK_MS) {
      this.#view.sequence = newEpoch(this.#view.sequence);
      this.#stuck = undefined;
    }
  }

  async #recover(error: unknown, attempt: number, deadlineMs: number): Promise<void> {
    const kind = classOf(error);
    const cut = isKafkaError(error, "OFFSET_OUT_OF_RANGE");
    if (cut) this.#view.forget();
    if ((kind !== "network" && kind !== "moved" && !cut) || this.options.clock.now() > deadlineMs)
      throw error;
    await this.#rest(attempt);
    await this.client.refresh([this.topic]).catch(() => {});
  }

  #rest(attempt: number): Promise<void> {
    return this.options.clock.sleep(backoffMs(attempt, rest));
  }

  #fitting(records: readonly OnceRecord[]): readonly OnceRecord[] {
    let bytes = 0;
    const end = records.findIndex((one, at) => {
      bytes += sizeOfRecord(one);
      return at > 0 && bytes > this.#maxBytes;
    });
    return end < 0 ? records : records.slice(0, end);
  }
}

const tooLarge = (topic: string, { id, value }: OnceRecord): Ca3Error =>
  new Ca3Error(
    "CA3_RECORD_TOO_LARGE",
    `the record ${id} of ${value.length} bytes is larger than ${topic} takes`,
    {
      hint: "ca3 topics describe",
    },
  );
