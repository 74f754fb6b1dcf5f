import type { PartitionLag } from "../../port.ts";
import { findCoordinator } from "../consume/membership.ts";
import { belongsTo } from "../consume/starting-offsets.ts";
import { leaderOf } from "../once/read-range.ts";
import type { KafkaClient } from "../transport/client.ts";
import { throwIfError } from "../transport/kafka-error.ts";
import { batchesIn } from "../wire/batch-header.ts";
import { type DecodedRecord, decodeRecords } from "../wire/decode-records.ts";
import { fetchRequest } from "../wire/fetch.ts";
import type { Place } from "../wire/member-data.ts";
import { offsetFetchRequest } from "../wire/offsets.ts";
import { endsOf } from "./ends.ts";

/** How far groups are behind. Remembers when records were appended, so that a group that stands still costs nothing. */
export class LagReader {
  readonly #appended = new Map<string, { readonly offset: number; readonly appendedMs: number }>();

  constructor(
    private readonly client: KafkaClient,
    private readonly now: () => number,
  ) {}

  /** For topics that the client knows. */
  async lag(group: string, topics: readonly string[]): Promise<readonly PartitionLag[]> {
    const places = topics.flatMap((topic) =>
      (this.client.known(topic)?.partitions ?? [])
        .map(({ partition }) => ({ topic, partition }))
        .sort((a, b) => a.partition - b.partition),
    );
    const [ends, committed] = await Promise.all([
      endsOf(this.client, places),
      this.#committed(group, places),
    ]);
    return Promise.all(
      ends.map(async ({ start, end, ...place }): Promise<PartitionLag> => {
        const done = Math.min(
          end,
          Math.max(start, committed.get(`${place.topic}/${place.partition}`) ?? start),
        );
        const lag = end - done;
        const oldestMs = lag > 0 ? await this.#appendedMs(place, done) : undefined;
        const lagSeconds = oldestMs === undefined ? 0 : Math.max(0, this.now() - oldestMs) / 1000;
        return { ...place, committed: done, endOffset: end, lag, lagSeconds };
      }),
    );
  }

  async #committed(group: string, places: readonly Place[]): Promise<ReadonlyMap<string, number>> {
    const node = await findCoordinator(this.client, group);
    const answer = await this.client.send(node, offsetFetchRequest(group, places));
    throwIfError(answer.errorCode, group);
    const offsets = new Map<string, number>();
    for (const { topic, partition, offset, note, errorCode } of answer.places) {
      throwIfError(errorCode, topic);
      if (offset >= 0 && belongsTo(note, this.client.known(topic)?.id))
        offsets.set(`${topic}/${partition}`, offset);
    }
    return offsets;
  }

  /** When the record at an offset, or the first one behind it, was appended. */
  async #appendedMs(place: Place, offset: number): Promise<number | undefined> {
    const name = `${place.topic}/${place.partition}`;
    const before = this.#appended.get(name);
    if (before?.offset === offset) return before.appendedMs;
    const { id, leader } = leaderOf(this.client, place);
    const target = { topicId: id, partition: place.partition, offset, maxBytes: 1 };
    const fetched = await this.client.send(leader, fetchRequest([target], { maxWaitMs: 0, maxBytes: 1 }));
    const records: DecodedRecord[] = [];
    for (const batch of batchesIn(fetched.partitions[0]?.records ?? new Uint8Array(0)))
      if (!batch.control) decodeRecords(batch, offset, records);
    const first = records[0];
    if (first) this.#appended.set(name, { offset, appendedMs: first.appendedMs });
    return first?.appendedMs;
  }
}
