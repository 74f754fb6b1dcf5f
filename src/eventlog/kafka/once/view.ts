import type { KafkaClient } from "../transport/client.ts";
import type { BatchHeader } from "../wire/batch-header.ts";
import { type DecodedRecord, decodeRecords } from "../wire/decode-records.ts";
import type { Place } from "../wire/member-data.ts";
import { EARLIEST, LATEST } from "../wire/offsets.ts";
import { KnownIds, type Sighting } from "./known-ids.ts";
import { offsetAt, readRange } from "./read-range.ts";
import { after, firstSequence, type NextSequence, ONCE_PRODUCER_ID } from "./sequence.ts";

export type Wanted = {
  readonly id: string;
  /** The record cannot be older than this, by the brokers' clocks, ms. */
  readonly sinceMs: number;
};

/** By how much the clocks of two brokers may differ. */
const CLOCK_SKEW_MS = 600_000;
/** About 20 MB. */
const CAPACITY = 100_000;
/** How far back to look for the last batch of ours, again and again farther. */
const LOOK_BACK = [1, 100, 10_000, Number.POSITIVE_INFINITY];

/**
 * What one client has read of a partition that holds records with ids: which ids there are, and with which number the
 * next batch must be sent. The partition itself is the truth; this is as old as the last `update`.
 */
export class PartitionView {
  #known: KnownIds | undefined;
  /** Of the topic that was read; another one when it was created anew. */
  #topicId: string | undefined;
  #next = 0;
  sequence: NextSequence = firstSequence;

  constructor(
    private readonly client: KafkaClient,
    private readonly place: Place,
    private readonly capacity = CAPACITY,
  ) {}

  /** Offset behind the newest record that was seen. */
  get end(): number {
    return this.#next;
  }

  /** Reads what is new, and of the old what these ids need. Answers with those that are not in the partition. */
  async update<W extends Wanted>(wanted: readonly W[]): Promise<readonly W[]> {
    const id = this.client.known(this.place.topic)?.id;
    if (this.#topicId !== id) this.forget();
    this.#topicId = id;
    const sinceMs = Math.max(0, Math.min(...wanted.map((one) => one.sinceMs)) - CLOCK_SKEW_MS);
    this.#known ??= await this.#begin(sinceMs);
    const known = this.#known;
    this.#next = await readRange(this.client, this.place, this.#next, (batch) => {
      for (const sighting of this.#see(batch, this.#next)) known.add(sighting);
    });
    const unknown = wanted.filter(({ id }) => !known.has(id));
    if (unknown.length === 0 || known.fromMs <= sinceMs || known.fromOffset === 0) return unknown;
    const older = new Set((await this.#lookBefore(known, sinceMs)).map(({ id }) => id));
    return unknown.filter(({ id }) => !older.has(id));
  }

  /** Begins to read anew, as after records were cut off. */
  forget(): void {
    this.#known = undefined;
    this.sequence = firstSequence;
  }

  async #begin(sinceMs: number): Promise<KnownIds> {
    const start = (await offsetAt(this.client, this.place, EARLIEST)) ?? 0;
    const end = (await offsetAt(this.client, this.place, LATEST)) ?? 0;
    const from = sinceMs === 0 ? start : ((await offsetAt(this.client, this.place, sinceMs)) ?? end);
    await this.#findSequence(start, from);
    this.#next = from;
    return new KnownIds(from, sinceMs, this.capacity);
  }

  /** The number after the last batch of ours before an offset. */
  async #findSequence(start: number, before: number): Promise<void> {
    for (const steps of LOOK_BACK) {
      const from = Math.max(start, before - steps);
      if (from >= before) return;
      let found = false;
      const visit = (batch: BatchHeader) => {
        if (batch.producerId !== ONCE_PRODUCER_ID) return;
        this.sequence = after(batch);
        found = true;
      };
      await readRange(this.client, this.place, from, visit, before);
      if (found || from === start) return;
    }
  }

  async #lookBefore(known: KnownIds, sinceMs: number): Promise<readonly Sighting[]> {
    const start = (await offsetAt(this.client, this.place, EARLIEST)) ?? 0;
    const from =
      sinceMs === 0 ? start : ((await offsetAt(this.client, this.place, sinceMs)) ?? known.fromOffset);
    const seen: Sighting[] = [];
    const visit = (batch: BatchHeader) => {
      seen.push(...sightings(batch, from).filter(({ offset }) => offset < known.fromOffset));
    };
    await readRange(this.client, this.place, from, visit, known.fromOffset);
    known.prepend(seen, from, sinceMs);
    return seen;
  }

  #see(batch: BatchHeader, fromOffset: number): readonly Sighting[] {
    if (batch.producerId === ONCE_PRODUCER_ID) this.sequence = after(batch);
    return sightings(batch, fromOffset);
  }
}

function sightings(batch: BatchHeader, fromOffset: number): Sighting[] {
  if (batch.control) return [];
  const records: DecodedRecord[] = [];
  decodeRecords(batch, fromOffset, records);
  return records.flatMap(({ onceId, offset, appendedMs }) =>
    onceId === undefined ? [] : [{ id: onceId, offset, appendedMs }],
  );
}
