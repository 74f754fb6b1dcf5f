import type { KafkaClient } from "../transport/client.ts";
import { NetworkError } from "../transport/failures.ts";
import { throwIfError } from "../transport/kafka-error.ts";
import type { Place } from "../wire/member-data.ts";
import { EARLIEST, LATEST, listOffsetsRequest } from "../wire/offsets.ts";

export type PartitionEnds = Place & {
  /** Offset of the oldest record. */
  readonly start: number;
  /** Offset after the newest record. */
  readonly end: number;
};

/** Where partitions begin and end, in the order asked. */
export async function endsOf(
  client: KafkaClient,
  places: readonly Place[],
): Promise<readonly PartitionEnds[]> {
  const [starts, ends] = await Promise.all([
    offsetsAt(client, places, EARLIEST),
    offsetsAt(client, places, LATEST),
  ]);
  return places.map((place) => {
    const name = `${place.topic}/${place.partition}`;
    return { ...place, start: starts.get(name) ?? 0, end: ends.get(name) ?? 0 };
  });
}

async function offsetsAt(
  client: KafkaClient,
  places: readonly Place[],
  timestamp: number,
): Promise<ReadonlyMap<string, number>> {
  const byLeader = Map.groupBy(places, ({ topic, partition }) => {
    const found = client.known(topic)?.partitions.find((one) => one.partition === partition);
    if (!found || found.leader < 0) throw new NetworkError(`${topic}/${partition} has no leader`);
    return found.leader;
  });
  const offsets = new Map<string, number>();
  await Promise.all(
    [...byLeader].map(async ([node, own]) => {
      const asked = own.map((place) => ({ ...place, timestamp }));
      for (const { topic, partition, offset, errorCode } of await client.send(
        node,
        listOffsetsRequest(asked),
      )) {
        throwIfError(errorCode, topic);
        offsets.set(`${topic}/${partition}`, offset);
      }
    }),
  );
  return offsets;
}
