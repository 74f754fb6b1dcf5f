import { Kafka, logLevel } from "kafkajs";
import { openKafkaLog } from "../../src/eventlog/kafka.ts";
import { type Compression, kafkaSettings } from "../../src/eventlog/kafka-config.ts";
import type { OutRecord } from "../../src/eventlog/port.ts";
import { readSettings } from "../../src/support/settings.ts";
import { encodeEvent, partitionKey } from "../../src/telemetry/encode.ts";
import { eventId, streamPrefix } from "../../src/telemetry/event-id.ts";
import { gpuEvent, HOUR_MS } from "../../tests/samples/events.ts";

export const TOPIC = "bench";
/** Filled once, without compression, so that everybody reads the same. */
export const READ_TOPIC = "bench-read";
export type Workload = { readonly brokers: string; readonly records: number; readonly perCall: number };

/** Events as producers send them, of 64 GPUs. */
export function samples(count: number, topic = TOPIC): OutRecord[] {
  const prefix = streamPrefix("bench", "boot", "gpu");
  return Array.from({ length: count }, (_, seq) => {
    const event = gpuEvent({
      event_id: eventId(prefix, seq),
      seq,
      ts: new Date(HOUR_MS + seq * 50).toISOString(),
      gpu_uuid: `GPU-7e3c1a90-0000-4000-8000-0000000000${(seq % 64).toString(16).padStart(2, "0")}`,
      utilization: Math.round(Math.random() * 1e4) / 1e4,
      mem_used_bytes: Math.floor(Math.random() * 8e10),
      power_w: Math.round(Math.random() * 7e5) / 1e3,
    });
    return { topic, key: partitionKey(event), value: encodeEvent(event) };
  });
}

export const openLog = (brokers: string, compression: Compression) =>
  openKafkaLog({
    settings: readSettings(kafkaSettings, {
      env: { KAFKA_BOOTSTRAP: brokers, CA3_KAFKA_COMPRESSION: compression },
    }),
  });

const bare = (brokers: string) =>
  new Kafka({ clientId: "bench", brokers: brokers.split(","), logLevel: logLevel.NOTHING });

/** How many calls are under way at the same time. */
const IN_FLIGHT = 4;

type Call = (batch: OutRecord[]) => Promise<unknown>;
type Variant = { open(load: Workload): Promise<{ send: Call; close(): Promise<void> }> };

const ours = (compression: Compression): Variant => ({
  async open({ brokers }) {
    const log = await openLog(brokers, compression);
    return { send: (batch) => log.append(batch), close: () => log.close() };
  },
});

/** Every way to bring the samples into the topic. */
export const producers: Readonly<Record<string, Variant>> = {
  ours: ours("none"),
  "ours, zstd": ours("zstd"),
  kafkajs: {
    async open({ brokers }) {
      const producer = bare(brokers).producer({ idempotent: true, maxInFlightRequests: 1 });
      await producer.connect();
      return {
        send: (batch) =>
          producer.send({
            topic: TOPIC,
            messages: batch.map(({ key, value }) => ({
              key,
              value: Buffer.from(value.buffer, value.byteOffset, value.length),
            })),
          }),
        close: () => producer.disconnect(),
      };
    },
  },
};

export async function sendAll(send: Call, all: readonly OutRecord[], perCall: number): Promise<void> {
  const calls = Array.from({ length: Math.ceil(all.length / perCall) }, (_, i) =>
    all.slice(i * perCall, (i + 1) * perCall),
  );
  const worker = async () => {
    for (let call = calls.shift(); call; call = calls.shift()) await send(call);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Every way to read the topic to its end; each reads the first bytes of every value, and commits. */
export const consumers: Readonly<Record<string, (load: Workload) => Promise<void>>> = {
  async ours({ brokers, records }) {
    const log = await openLog(brokers, "none");
    const { promise: all, resolve } = Promise.withResolvers<void>();
    let seen = 0;
    const limits = { maxBatchBytes: 1024 ** 2, maxBatchRecords: 1_000 };
    const consumer = await log.consume({
      ...{ group: `bench-${crypto.randomUUID()}`, topics: [READ_TOPIC], ...limits },
      onBatch: async (batch) => {
        for (const { value } of batch.records) if (value[0] !== 0x7b) throw new Error("no event");
        seen += batch.records.length;
        if (seen >= records) resolve();
      },
    });
    await all;
    await consumer.stop();
    await log.close();
  },
  async kafkajs({ brokers, records }) {
    const consumer = bare(brokers).consumer({
      groupId: `bench-${crypto.randomUUID()}`,
      ...{ maxWaitTimeInMs: 250, maxBytesPerPartition: 4 * 1024 ** 2 },
    });
    const { promise: all, resolve } = Promise.withResolvers<void>();
    let seen = 0;
    await consumer.connect();
    await consumer.subscribe({ topic: READ_TOPIC, fromBeginning: true });
    await consumer.run({
      ...{ autoCommit: false, partitionsConsumedConcurrently: 4 },
      eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
        for (const { value } of batch.messages) if (value?.[0] !== 0x7b) throw new Error("no event");
        seen += batch.messages.length;
        resolveOffset(batch.lastOffset());
        const offset = String(Number(batch.lastOffset()) + 1);
        await commitOffsetsIfNecessary({
          topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset }] }],
        });
        await heartbeat();
        if (seen >= records) resolve();
      },
    });
    await all;
    await consumer.disconnect();
  },
};
