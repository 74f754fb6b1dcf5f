import type { KafkaClient } from "../transport/client.ts";
import { NetworkError } from "../transport/failures.ts";
import { throwIfError } from "../transport/kafka-error.ts";
import { type BatchHeader, batchesIn } from "../wire/batch-header.ts";
import { fetchRequest } from "../wire/fetch.ts";
import type { Place } from "../wire/member-data.ts";
import { listOffsetsRequest } from "../wire/offsets.ts";

const limits = { maxWaitMs: 0, maxBytes: 4_000_000 };

/**
 * Shows every batch from `fromOffset` to the newest one that all in-sync replicas have, or to `toOffset`, and answers
 * with the offset behind the last one. A batch may begin before `fromOffset`.
 */
export async function readRange(
  client: KafkaClient,
  { topic, partition }: Place,
  fromOffset: number,
  visit: (batch: BatchHeader) => void,
  toOffset = Number.POSITIVE_INFINITY,
): Promise<number> {
  for (let at = fromOffset; ; ) {
    if (at >= toOffset) return at;
    const { id, leader } = leaderOf(client, { topic, partition });
    const target = { topicId: id, partition, offset: at, maxBytes: limits.maxBytes };
    const fetched = await client.send(leader, fetchRequest([target], limits));
    throwIfError(fetched.errorCode, topic);
    const part = fetched.partitions[0];
    if (!part) throw new NetworkError(`${topic} was not in the answer`);
    throwIfError(part.errorCode, topic);
    for (const batch of batchesIn(part.records)) {
      if (batch.lastOffset < at) continue;
      visit(batch);
      at = batch.lastOffset + 1;
    }
    if (at >= part.highWatermark) return at;
  }
}

/** The offset of the first record at or behind a time, of the beginning or of the end; undefined when there is none. */
export async function offsetAt(
  client: KafkaClient,
  place: Place,
  timestamp: number,
): Promise<number | undefined> {
  const { leader } = leaderOf(client, place);
  const [listed] = await client.send(leader, listOffsetsRequest([{ ...place, timestamp }]));
  if (!listed) throw new NetworkError(`${place.topic} was not in the answer`);
  throwIfError(listed.errorCode, place.topic);
  return listed.offset < 0 ? undefined : listed.offset;
}

export function leaderOf(client: KafkaClient, { topic, partition }: Place): { id: string; leader: number } {
  const found = client.known(topic);
  const leader = found?.partitions.find((one) => one.partition === partition)?.leader ?? -1;
  if (!found || leader < 0) throw new NetworkError(`${topic}/${partition} has no leader`);
  return { id: found.id, leader };
}
