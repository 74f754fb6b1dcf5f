import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { deadLetterTopic } from "../../src/telemetry/topics.ts";
import { bytesOf } from "../contracts/eventlog/rig.ts";
import { openQuick } from "../kafka/open.ts";
import { startSecureKafka } from "../services/kafka/secure.ts";
import { kafkaTool } from "../services/kafka.ts";
import { withService } from "../services/require.ts";
import { Entry, freshNames, until } from "./rig.ts";

await withService("kafka-secure", startSecureKafka, ({ broker, listeners, users }) => {
  const names = freshNames();
  const events = [names.TOPIC_METRIC, names.TOPIC_TOKEN];
  const letters = events.map(deadLetterTopic);
  const allow = (operations: readonly string[], what: readonly string[]) =>
    kafkaTool(
      ...["org.apache.kafka.tools.AclCommand", "--bootstrap-server", broker.brokers, "--add", "--force"],
      ...["--allow-principal", `User:${users.guest.name}`],
      ...operations.flatMap((one) => ["--operation", one]),
      ...what,
    );
  const topics = (all: readonly string[]) => all.flatMap((one) => ["--topic", one]);

  test("the rights that docs/kafka-and-mongodb.md lists are enough, and without those of a reader the processor is refused", async () => {
    const folder = mkdtempSync(`${tmpdir()}/ca3-rights-`);
    const env = {
      ...{ KAFKA_BOOTSTRAP: listeners.sasl, CA3_PARTITIONS: "2", CA3_DATA: folder, ...names },
      ...{ CA3_KAFKA_USERNAME: users.guest.name, CA3_KAFKA_PASSWORD: users.guest.password },
    };
    const log = await openQuick(broker.brokers);
    await log.ensureTopics([...events, ...letters].map((name) => ({ name, partitions: 2 })));

    await allow(["Describe", "Write"], topics(events));
    const { CA3_DATA: _, ...sending } = env;
    await using producer = new Entry(["producer"], {
      ...sending,
      CA3_GPUS: "2",
      CA3_SAMPLE_INTERVAL: "500ms",
    });
    await producer.untilReady();
    for (const topic of events)
      await until(
        "it sends",
        async () => (await producer.metric("producer_records_sent_total", { topic, result: "ok" })) > 5,
      );
    expect(await producer.stop()).toBe(0);

    await using refused = new Entry(["processor"], env);
    expect(await refused.exited).toBe(4);
    expect(refused.lines.at(-1)).toMatchObject({
      code: "CA3_LOG_FORBIDDEN",
      hint: expect.stringContaining("docs/kafka-and-mongodb.md"),
    });

    await allow(["Describe", "Read"], [...topics(events), "--group", names.CA3_GROUP]);
    await allow(["Describe", "Read", "Write"], topics(letters));
    await log.append([{ topic: names.TOPIC_TOKEN, key: null, value: bytesOf("no event") }]);
    await log.close();
    await using processor = new Entry(["processor"], env);
    await processor.untilReady();
    await until("events are stored, and what is none is a dead letter", async () => {
      const count = (result: string) => processor.metric("processor_records_total", { result });
      return (await count("stored")) > 5 && (await count("dead_letter")) === 1;
    });
    expect(await processor.stop()).toBe(0);
    rmSync(folder, { recursive: true });
  }, 180_000);
});
