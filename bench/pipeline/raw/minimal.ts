/**
 * The least that brings two topics into a store with the libraries as they come: kafkajs, JSON.parse and insertMany of
 * what a batch holds, a commit behind each. It checks nothing, adds up nothing and drops what is not JSON:
 * `bun minimal.ts BROKERS GROUP GPU_TOPIC TOKEN_TOPIC URL`. Runs until SIGTERM.
 */
import { Kafka, logLevel } from "kafkajs";
import { MongoClient } from "mongodb";
import { collections } from "../../../src/store/mongo/collections.ts";

const [brokers = "", groupId = "", gpuTopic = "", tokenTopic = "", url = ""] = process.argv.slice(2);
const PER_CALL = 1_000;
const IN_FLIGHT = 4;

type Document = { _id: string } & Record<string, unknown>;
const kafka = new Kafka({ clientId: "minimal", brokers: brokers.split(","), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250, maxBytesPerPartition: 1024 ** 2 });
const client = await new MongoClient(url).connect();
const decoder = new TextDecoder();

await consumer.connect();
await consumer.subscribe({ topics: [gpuTopic, tokenTopic], fromBeginning: true });
await consumer.run({
  ...{ autoCommit: false, partitionsConsumedConcurrently: IN_FLIGHT },
  eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
    const { topic, partition, messages } = batch;
    const kind = topic === gpuTopic ? "gpu" : "token";
    const collection = client.db().collection<Document>(collections.events[kind]);
    for (let at = 0; at < messages.length; at += PER_CALL) {
      const documents = messages.slice(at, at + PER_CALL).flatMap(({ value, offset }) => {
        try {
          const { event_id: _id, ts: text, ...fields } = JSON.parse(decoder.decode(value!));
          const ts = new Date(text);
          const origin = `${topic}/${partition}`;
          return [{ _id, ts, aged_from: ts, origin, offset: Number(offset), ...fields }];
        } catch {
          return [];
        }
      });
      await collection.insertMany(documents, {
        ...{ ordered: false, writeConcern: { w: "majority", journal: true } },
      });
    }
    const next = String(Number(batch.lastOffset()) + 1);
    resolveOffset(batch.lastOffset());
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next }] }] });
    await heartbeat();
  },
});
process.on("SIGTERM", async () => {
  await consumer.disconnect();
  await client.close();
  process.exit(0);
});
