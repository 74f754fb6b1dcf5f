import type { KafkaClient } from "../transport/client.ts";
import { NetworkError } from "../transport/failures.ts";
import { throwIfError } from "../transport/kafka-error.ts";
import { describeConfigsRequest } from "../wire/topics.ts";

export const RETENTION = "retention.ms";
export const TIMESTAMPS = "message.timestamp.type";
export const MAX_BYTES = "max.message.bytes";
export const MIN_IN_SYNC = "min.insync.replicas";
const names = [RETENTION, TIMESTAMPS, MAX_BYTES, MIN_IN_SYNC];

/** The configs above of each topic, defaults included. */
export async function topicConfigs(
  client: KafkaClient,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  if (topics.length === 0) return new Map();
  const [node] = await client.nodes();
  if (node === undefined) throw new NetworkError("no broker is known");
  const described = await client.send(node, describeConfigsRequest(topics, names));
  for (const { errorCode, name } of described) throwIfError(errorCode, name);
  return new Map(described.map(({ name, configs }) => [name, configs]));
}

/** How long a topic keeps records, ms; undefined for ever. */
export function retentionOf(configs: ReadonlyMap<string, string> | undefined): number | undefined {
  const value = Number(configs?.get(RETENTION) ?? -1);
  return value < 0 ? undefined : value;
}
