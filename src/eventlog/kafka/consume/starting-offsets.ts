import { offsetAt } from "../once/read-range.ts";
import type { KafkaClient } from "../transport/client.ts";
import type { Place } from "../wire/member-data.ts";
import { EARLIEST } from "../wire/offsets.ts";
import type { GroupMember } from "./membership.ts";

/**
 * Where to go on in each partition, by `topic/partition`: behind what the group has committed, or at the oldest record.
 * A commit for a topic of the same name that was deleted since says nothing about this one.
 */
export async function startingOffsets(
  client: KafkaClient,
  member: GroupMember,
  places: readonly Place[],
): Promise<ReadonlyMap<string, number>> {
  const offsets = new Map<string, number>();
  for (const { topic, partition, offset, note } of await member.committed(places))
    if (offset >= 0 && belongsTo(note, client.known(topic)?.id)) offsets.set(`${topic}/${partition}`, offset);
  const others = places.filter(({ topic, partition }) => !offsets.has(`${topic}/${partition}`));
  await Promise.all(
    others.map(async (place) => {
      offsets.set(`${place.topic}/${place.partition}`, (await offsetAt(client, place, EARLIEST)) ?? 0);
    }),
  );
  return offsets;
}

/** Commits carry the id of their topic; one that other tools made carries nothing and is believed. */
export const belongsTo = (note: string, topicId: string | undefined): boolean =>
  note === "" || note === topicId;
