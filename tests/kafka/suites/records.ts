import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import type { OutRecord } from "../../../src/eventlog/port.ts";
import { bytesOf, read, readAll, textOf } from "../../contracts/eventlog/rig.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { until } from "../../helpers/until.ts";
import { kafkaTool, type SomeKafka } from "../../services/kafka.ts";
import { openQuick } from "../open.ts";

export function recordSuite(kafka: SomeKafka): void {
  const newTopic = async (log: Awaited<ReturnType<typeof openQuick>>, partitions = 1) => {
    const name = `records-${crypto.randomUUID()}`;
    await log.ensureTopics([{ name, partitions }]);
    return name;
  };

  test.each(["none", "gzip", "zstd"])(
    "records packed with %s come back as they were",
    async (compression) => {
      const log = await openQuick(kafka.brokers, { CA3_KAFKA_COMPRESSION: compression });
      const topic = await newTopic(log, 3);
      const wanted = Array.from({ length: 3_000 }, (_, i) => `{"n":${i},"model":"llama","text":"日本"}`);
      await log.append(
        wanted.map((text, i): OutRecord => ({ topic, key: `k${i % 7}`, value: bytesOf(text) })),
      );
      const back = (await readAll(log, topic, 3_000)).flatMap(({ records }) => records.map(textOf));
      expect(back.sort()).toEqual(wanted.sort());
      await log.close();
    },
  );

  test("a record that is larger than the topic takes is refused by itself; what was sent with it arrives", async () => {
    const log = await openQuick(kafka.brokers, { CA3_KAFKA_COMPRESSION: "none" });
    const topic = await newTopic(log);
    const small = Array.from(
      { length: 20 },
      (_, i): OutRecord => ({ topic, key: "k", value: bytesOf(`${i}`) }),
    );
    const huge: OutRecord = { topic, key: "k", value: new Uint8Array(1_100_000).fill(65) };
    const calls = [log.append(small.slice(0, 10)), log.append([huge]), log.append(small.slice(10))];
    const [before, refused, after] = await Promise.allSettled(calls);
    expect([before!.status, after!.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(refused).toMatchObject({
      reason: { code: "CA3_RECORD_TOO_LARGE", message: expect.stringContaining(topic) },
    });
    const back = (await readAll(log, topic, 20)).flatMap(({ records }) => records.map(textOf));
    expect(back).toEqual(small.map((_, i) => `${i}`));
    await log.close();
  });

  test("the largest record a topic takes fits its dead-letter topic with all headers", async () => {
    const log = await openQuick(kafka.brokers, { CA3_KAFKA_COMPRESSION: "none" });
    const topic = `records-${crypto.randomUUID()}`;
    const letters = `${topic}.dlq`;
    await log.ensureTopics([
      { name: topic, partitions: 1 },
      { name: letters, partitions: 1 },
    ]);
    const value = new Uint8Array(1_048_400).fill(65);
    const headers = { reason: "oversized", detail: "x".repeat(2_000) };
    await log.append([{ topic, key: null, value }]);
    await log.append([{ topic: letters, key: null, value, headers, onceId: "a/0" }]);
    expect((await readAll(log, letters, 1))[0]!.records[0]!.headers).toEqual(headers);
    await log.close();
  });

  test("records of a transaction are read when it was completed and left out when it was given up", async () => {
    const log = await openQuick(kafka.brokers);
    const topic = await newTopic(log);
    const client = new Kafka({ brokers: kafka.brokers.split(","), logLevel: logLevel.NOTHING });
    const producer = client.producer({
      ...{ transactionalId: crypto.randomUUID(), idempotent: true, maxInFlightRequests: 1 },
    });
    await producer.connect();
    for (const [text, keep] of [
      ["kept", true],
      ["given up", false],
      ["kept too", true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: text }] });
      await (keep ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    const group = `g-${crypto.randomUUID()}`;
    const reading = await read(log, topic, { group });
    await until("two were read", () => reading.count() === 2);
    expect(reading.texts()).toEqual(["kept", "kept too"]);
    await until("the markers count as done", async () => (await log.lag(group, [topic]))[0]!.lag === 0);
    await reading.consumer.stop();
    await log.close();
  });

  test.skipIf(!kafka.tuned).each(["lz4", "snappy", "gzip", "zstd"])(
    "what the Java client packs with %s comes back to the last byte",
    async (codec) => {
      using folder = temporaryFolder("java-client");
      const log = await openQuick(kafka.brokers);
      const topic = await newTopic(log);
      const lines = mixedLines(2_000);
      const file = join(folder.path, "lines");
      writeFileSync(file, `${lines.join("\n")}\n`);
      await kafkaTool(
        ...["org.apache.kafka.tools.ProducerPerformance", "--topic", topic, "--payload-file", file],
        ...["--num-records", "2000", "--throughput", "-1", "--bootstrap-server", kafka.brokers],
        ...["--command-property", `compression.type=${codec}`, "batch.size=200000", "linger.ms=100"],
      );
      const back = (await readAll(log, topic, 2_000)).flatMap(({ records }) => records.map(textOf));
      // The tool picks lines at random, so some are sent twice and others never.
      const known = new Set(lines);
      expect(back.filter((line) => !known.has(line))).toEqual([]);
      expect(back.length).toBe(2_000);
      await log.close();
    },
    60_000,
  );
}

/** Lines that exercise a compressor: repetitions near by and far apart, random text, and a few long ones. */
const mixedLines = (count: number): string[] =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      ...{ at, model: `m-${at % 7}`, id: crypto.randomUUID() },
      pad: "é".repeat(at % 500 === 0 ? 9_000 : at % 5),
    }),
  );
