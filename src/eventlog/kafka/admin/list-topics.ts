import type { TopicInfo } from "../../port.ts";
import type { KafkaClient } from "../transport/client.ts";
import { classOf } from "../transport/failures.ts";
import type { TopicMetadata } from "../wire/metadata.ts";
import { logDirsRequest } from "../wire/topics.ts";
import { endsOf } from "./ends.ts";
import { MIN_IN_SYNC, retentionOf, topicConfigs } from "./topic-configs.ts";

/** Every topic that is not Kafka's own. Records are counted by offsets, bytes as they lie on the leaders' disks. */
export async function listTopics(client: KafkaClient): Promise<readonly TopicInfo[]> {
  const { topics } = await client.refresh(null);
  const shown = topics
    .filter(({ internal, errorCode }) => !internal && errorCode === 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const places = shown.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition })),
  );
  const [ends, sizes, configs] = await Promise.all([
    endsOf(client, places),
    sizesOf(client, shown),
    topicConfigs(
      client,
      shown.map(({ name }) => name),
    ),
  ]);
  return shown.map(({ name, partitions }) => {
    const own = ends.filter(({ topic }) => topic === name);
    const retentionMs = retentionOf(configs.get(name));
    return {
      name,
      partitions: partitions.length,
      ...(retentionMs === undefined ? {} : { retentionMs }),
      copies: {
        replication: Math.max(0, ...partitions.map(({ replicas }) => replicas.length)),
        inSync: Math.min(...partitions.map(({ inSync }) => inSync.length)),
        minInSync: Number(configs.get(name)?.get(MIN_IN_SYNC) ?? 1),
      },
      records: own.reduce((sum, { start, end }) => sum + end - start, 0),
      bytes: sizes.get(name) ?? 0,
    };
  });
}

/** Bytes by topic; nothing when this user may not see them. */
async function sizesOf(
  client: KafkaClient,
  topics: readonly TopicMetadata[],
): Promise<ReadonlyMap<string, number>> {
  const leaders = new Map<string, number>();
  for (const { name, partitions } of topics)
    for (const { partition, leader } of partitions) leaders.set(`${name}/${partition}`, leader);
  const sizes = new Map<string, number>();
  try {
    for (const node of new Set(leaders.values()))
      for (const { topic, partition, bytes } of await client.send(node, logDirsRequest()))
        if (leaders.get(`${topic}/${partition}`) === node) sizes.set(topic, (sizes.get(topic) ?? 0) + bytes);
  } catch (error) {
    if (classOf(error) !== "forbidden") throw error;
  }
  return sizes;
}
