import { collections } from "../../../src/store/mongo/collections.ts";
import type { Topics } from "../../../src/telemetry/topics.ts";

/** What people change first when it is too slow: larger polls and batches, and plain inserts in any order. */
export const tunings = {
  default: {},
  tuned: {
    "consumer.override.max.poll.records": "5000",
    "consumer.override.max.partition.fetch.bytes": String(4 * 1024 ** 2),
    "max.batch.size": "1000",
    "bulk.write.ordered": "false",
    "writemodel.strategy": "com.mongodb.kafka.connect.sink.writemodel.strategy.InsertOneDefaultStrategy",
  },
} as const;
export type Tuning = keyof typeof tunings;

export type Sink = { readonly name: string; readonly topics: Topics; readonly url: string };

/** The group its consumers share. */
export const groupOf = (name: string): string => `connect-${name}`;
export const TASKS = 4;

/** Starts a connector for both topics. What cannot be parsed goes to a topic of its own; by default it would stop. */
export async function createSink(rest: string, { name, topics, url }: Sink, tuning: Tuning): Promise<void> {
  const target = new URL(url);
  const database = target.pathname.slice(1);
  const config = {
    "connector.class": "com.mongodb.kafka.connect.MongoSinkConnector",
    "tasks.max": String(TASKS),
    topics: `${topics.gpu},${topics.token}`,
    "connection.uri": url,
    database,
    [`topic.override.${topics.gpu}.collection`]: collections.events.gpu,
    [`topic.override.${topics.token}.collection`]: collections.events.token,
    "errors.tolerance": "all",
    "errors.deadletterqueue.topic.name": `${name}.dlq`,
    "errors.deadletterqueue.topic.replication.factor": "1",
    ...tunings[tuning],
  };
  const answer = await fetch(`${rest}/connectors`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, config }),
  });
  if (!answer.ok) throw new Error(`Kafka Connect refused the connector: ${await answer.text()}`);
}
