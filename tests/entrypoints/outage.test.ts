import { expect, test } from "bun:test";
import { dropDatabase, freshName, inDatabase, withClient } from "../mongo/open.ts";
import { startKafka } from "../services/kafka.ts";
import { startMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { Entry, freshNames, until } from "./rig.ts";

async function servers() {
  const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
  const end = async () => {
    await Promise.all([kafka[Symbol.asyncDispose](), mongo[Symbol.asyncDispose]()]);
  };
  return { kafka, mongo, [Symbol.asyncDispose]: end };
}

await withService("kafka+mongo", servers, ({ kafka, mongo }) => {
  test("Kafka gone, then MongoDB gone: both entrypoints say so everywhere, go on by themselves, and every event is stored once", async () => {
    const database = freshName();
    const names = freshNames();
    const common = { KAFKA_BOOTSTRAP: kafka.brokers, ...names };
    await using processor = new Entry(["processor"], {
      ...{ ...common, MONGO_URL: inDatabase(mongo.url, database), CA3_WATCH_INTERVAL: "200ms" },
      CA3_MONGO_TIMEOUT: "3s",
    });
    await processor.untilReady();
    await using producer = new Entry(["producer"], { ...common, RATE: "250" });
    await producer.untilReady();
    const stored = () => processor.metric("processor_records_total", { result: "stored" });
    await until("it flows", async () => (await stored()) > 500);

    await kafka.kill();
    await Promise.all([producer.untilFailing("log", /retrying for/), processor.untilFailing("log")]);
    for (const entry of [producer, processor]) {
      expect((await entry.get("/ready")).status).toBe(503);
      expect((await entry.get("/health")).status).toBe(200);
      expect(await entry.metric("dependency_up", { dependency: "log" })).toBe(0);
      expect(await entry.metric("ready", { check: "log" })).toBe(0);
    }
    expect(processor.line("Dependency does not answer its check.")).toMatchObject({ dependency: "log" });
    const away = "The event log cannot be reached; events wait and nothing is lost.";
    await until("the producer's log says so", () => producer.line(away) !== undefined);
    await using again = await startKafka(kafka);
    await Promise.all([producer.untilReady(), processor.untilReady()]);
    expect(again.port).toBe(kafka.port);
    expect(processor.line("Dependency answers its checks again.")).toMatchObject({ dependency: "log" });
    await until(
      "the producer's log says so",
      () => producer.line("The event log answers again.") !== undefined,
    );
    const afterKafka = await stored();
    await until("it flows again", async () => (await stored()) > afterKafka + 300);

    await mongo.kill();
    await processor.untilFailing("store");
    expect((await processor.get("/health")).status).toBe(200);
    expect(await processor.metric("dependency_up", { dependency: "store" })).toBe(0);
    await until("the metrics say how long, and what waits", async () => {
      const seconds = await processor.metric("processor_outage_seconds", { dependency: "store" });
      return seconds > 0 && (await processor.metric("processor_paused_partitions", { reason: "store" })) > 0;
    });
    expect(processor.line("Dependency is away; waiting for it.")).toMatchObject({ dependency: "store" });
    expect((await producer.get("/ready")).status).toBe(200);
    await using store = await startMongo({ earlier: mongo });
    await processor.untilReady();
    expect(store.port).toBe(mongo.port);
    expect(processor.line("Dependency answers again.")).toMatchObject({ dependency: "store" });

    const afterMongo = await stored();
    await until("it flows again", async () => (await stored()) > afterMongo + 300);
    expect(await producer.stop()).toBe(0);
    expect(producer.line("Producer has stopped.")).toMatchObject({ unsent: 0 });
    const sent = producer.line("Producer has stopped.")!["events"] as number;
    await until("everything is stored", async () => {
      // What was stored when the server died under the answer is found there again.
      const found = await processor.metric("processor_records_total", { result: "replayed" });
      const lag = await processor.metric("processor_consumer_lag");
      return (await stored()) + (found || 0) >= sent && lag === 0;
    });
    expect(await processor.stop()).toBe(0);
    expect(processor.line("Processor has stopped.")).toMatchObject({ deadLettered: 0 });
    await withClient(mongo.url, async (client) => {
      const kinds = ["gpu_metrics", "token_usage"];
      const counts = await Promise.all(
        kinds.map((name) => client.db(database).collection(name).countDocuments()),
      );
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sent);
    });
    await dropDatabase(mongo.url, database);
  }, 300_000);
});
