import { expect, test } from "bun:test";
import { Kafka, logLevel } from "kafkajs";
import { bytesOf, read, readAll, records } from "../../contracts/eventlog/rig.ts";
import { until } from "../../helpers/until.ts";
import type { SomeKafka } from "../../services/kafka.ts";
import { openQuick, quickTuning } from "../open.ts";

export function recreatedSuite(kafka: SomeKafka): void {
  test("a topic deleted and created anew under a running consumer has another origin and is read from its beginning", async () => {
    const log = await openQuick(kafka.brokers, {}, { tuning: { ...quickTuning, sessionTimeoutMs: 20_000 } });
    const topic = `again-${crypto.randomUUID()}`;
    const group = `g-${crypto.randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.append(records(topic, 50, { prefix: "old" }));
    const reading = await read(log, topic, { group });
    await until("the old ones were read", () => reading.count() === 50);
    await until("they are committed", async () => (await log.lag(group, [topic]))[0]!.committed === 50);

    const admin = new Kafka({ brokers: kafka.brokers.split(","), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await until("it is gone", async () => !(await admin.listTopics()).includes(topic));
    await admin.disconnect();
    const other = await openQuick(kafka.brokers);
    await other.ensureTopics([{ name: topic, partitions: 1 }]);
    await other.append(records(topic, 80, { prefix: "new" }));

    await until("the new ones were read", () => reading.count() === 130);
    await reading.consumer.stop();
    expect(new Set(reading.batches.map(({ origin }) => origin)).size).toBe(2);
    const fresh = reading.batches.filter(({ origin }) => origin !== reading.batches[0]!.origin);
    expect(fresh[0]!.records[0]!.offset).toBe(0);
    await Promise.all([log.close(), other.close()]);
  }, 60_000);

  test("topics that were created elsewhere with too few partitions are refused, unless adding them is asked for", async () => {
    const strict = await openQuick(kafka.brokers, {}, { addPartitions: false });
    const name = `few-${crypto.randomUUID()}`;
    await strict.ensureTopics([{ name, partitions: 2 }]);
    await expect(strict.ensureTopics([{ name, partitions: 4 }])).rejects.toMatchObject({
      code: "CA3_LOG_TOPIC",
      message: expect.stringContaining(`${name} has 2 partitions`),
      hint: expect.stringContaining("--add-partitions"),
    });
    const lenient = await openQuick(kafka.brokers);
    await lenient.ensureTopics([{ name, partitions: 4 }]);
    await strict.ensureTopics([{ name, partitions: 4 }]);
    await strict.append([{ topic: name, key: null, value: bytesOf("x") }]);
    expect((await readAll(strict, name, 1)).length).toBe(1);
    await Promise.all([strict.close(), lenient.close()]);
  });

  test("more copies than there are brokers are refused with what the broker says", async () => {
    const log = await openQuick(kafka.brokers, { CA3_KAFKA_REPLICATION: "9" });
    await expect(
      log.ensureTopics([{ name: `wide-${crypto.randomUUID()}`, partitions: 1 }]),
    ).rejects.toMatchObject({
      code: "CA3_LOG_TOPIC",
      message: expect.stringContaining("replication factor"),
    });
    await log.close();
  });
}
