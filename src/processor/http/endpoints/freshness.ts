import type { PartitionLag } from "../../../eventlog/port.ts";
import type { Freshness } from "../../../store/port.ts";
import { eventKinds, type Topics } from "../../../telemetry/topics.ts";
import { endpoint } from "../endpoint.ts";
import { noParameters } from "../schemas/nothing.ts";
import { freshnessSchema } from "../schemas/operations.ts";

export const freshness = endpoint({
  path: "/api/v1/freshness",
  summary: "How old the newest event is, and how far the processor is behind",
  tag: "operations",
  query: noParameters,
  response: freshnessSchema,
  answer: async (_query, { store, lag, clock, topics }) => {
    const [stored, partitions] = await Promise.all([store.freshness(), lag()]);
    const nowMs = clock.now();
    return {
      kinds: freshnessByKind(stored, partitions, topics).map((one) => ({
        ...one,
        ageSeconds: one.newest === null ? null : Math.max(0, (nowMs - Date.parse(one.newest)) / 1000),
      })),
    };
  },
});

/** What the store and the log say of each kind of events, without anything that moves by itself. */
export const freshnessByKind = (
  stored: readonly Freshness[],
  partitions: readonly PartitionLag[] | undefined,
  topics: Topics,
) =>
  eventKinds.map((kind) => {
    const held = stored.find((one) => one.kind === kind);
    return {
      kind,
      topic: topics[kind],
      newest: held ? new Date(held.newestMs).toISOString() : null,
      oldest: held ? new Date(held.oldestMs).toISOString() : null,
      events: held?.events ?? 0,
      lag: totalLag(partitions?.filter((one) => one.topic === topics[kind])),
    };
  });

/** Over all partitions: the sum of the records, the oldest of the ages. */
export function totalLag(partitions: readonly PartitionLag[] | undefined) {
  if (partitions === undefined) return null;
  return {
    records: partitions.reduce((sum, one) => sum + one.lag, 0),
    seconds: Math.max(0, ...partitions.map((one) => one.lagSeconds)),
  };
}
