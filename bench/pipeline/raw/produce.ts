/**
 * Sends events into a topic, idempotent and acknowledged by all replicas, 1000 a call, four calls in flight:
 * `bun produce.ts BROKERS TOPIC EVENTS ours|kafkajs keyed|unkeyed none|zstd`. They lie in memory, encoded, before the
 * time is taken. Prints one line of JSON.
 */
import { Kafka, logLevel } from "kafkajs";
import { openKafkaLog } from "../../../src/eventlog/kafka.ts";
import { kafkaSettings } from "../../../src/eventlog/kafka-config.ts";
import type { OutRecord } from "../../../src/eventlog/port.ts";
import { readSettings } from "../../../src/support/settings.ts";
import { encodeEvent, partitionKey } from "../../../src/telemetry/encode.ts";
import { report } from "../report.ts";
import { Cluster } from "../workload.ts";

const [brokers = "", topic = "", count = "0", client = "ours", keyed = "keyed", compression = "none"] =
  process.argv.slice(2);
const PER_CALL = 1_000;
const IN_FLIGHT = 4;
const WARM_UP = 20;

type Send = (records: readonly OutRecord[]) => Promise<unknown>;

const openers: Readonly<Record<string, () => Promise<Send>>> = {
  async ours() {
    const env = { KAFKA_BOOTSTRAP: brokers, CA3_KAFKA_COMPRESSION: compression };
    const log = await openKafkaLog({ settings: readSettings(kafkaSettings, { env }) });
    return (batch) => log.append(batch);
  },
  async kafkajs() {
    const kafka = new Kafka({ clientId: "bench", brokers: brokers.split(","), logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return (batch) =>
      producer.send({ topic, messages: batch.map(({ key, value }) => ({ key, value: Buffer.from(value) })) });
  },
};

const cluster = new Cluster(64, "produce");
const calls: OutRecord[][] = [];
for (let seq = 0; seq < Number(count); seq++) {
  const event = cluster.token(seq % cluster.gpus, seq, Date.now());
  if (seq % PER_CALL === 0) calls.push([]);
  calls.at(-1)!.push({
    ...{ topic, value: encodeEvent(event) },
    key: keyed === "keyed" ? partitionKey(event) : null,
  });
}

const send = await openers[client]!();
for (let call = 0; call < WARM_UP; call++) await send(calls[call % calls.length]!);
Bun.gc(true);
const worker = async () => {
  for (let call = calls.shift(); call; call = calls.shift()) await send(call);
};
const finish = report();
await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
finish(Number(count));
process.exit(0);
