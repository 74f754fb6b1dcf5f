/**
 * Reads topics with kafkajs to their end, parses every record and does nothing with it; commits as a consumer must:
 * `bun consume.ts BROKERS TOPIC,… RECORDS`. Prints one line of JSON.
 */
import { Kafka, logLevel } from "kafkajs";
import { report } from "../report.ts";

const [brokers = "", topics = "", wanted = "0"] = process.argv.slice(2);
const kafka = new Kafka({ clientId: "bench", brokers: brokers.split(","), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({
  groupId: `raw-consume-${crypto.randomUUID()}`,
  ...{ maxWaitTimeInMs: 250, maxBytesPerPartition: 4 * 1024 ** 2 },
});
const { promise: all, resolve } = Promise.withResolvers<void>();
const decoder = new TextDecoder();
const joined = Promise.withResolvers<void>();
let seen = 0;
let misfits = 0;

consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve());
await consumer.connect();
await consumer.subscribe({ topics: topics.split(","), fromBeginning: true });
const run = consumer.run({
  ...{ autoCommit: false, partitionsConsumedConcurrently: 4 },
  eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
    for (const { value } of batch.messages) {
      try {
        JSON.parse(decoder.decode(value!));
      } catch {
        misfits++;
      }
    }
    seen += batch.messages.length;
    resolveOffset(batch.lastOffset());
    const offset = String(Number(batch.lastOffset()) + 1);
    await commitOffsetsIfNecessary({
      topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset }] }],
    });
    await heartbeat();
    if (seen >= Number(wanted)) resolve();
  },
});
await Promise.all([run, joined.promise]);
const finish = report();
await all;
finish(seen - misfits);
await consumer.disconnect();
process.exit(0);
