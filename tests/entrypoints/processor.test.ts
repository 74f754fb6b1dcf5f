import { expect, test } from "bun:test";
import { bytesOf } from "../contracts/eventlog/rig.ts";
import { openQuick } from "../kafka/open.ts";
import { dropDatabase, freshName, inDatabase, withClient } from "../mongo/open.ts";
import { withService } from "../services/require.ts";
import { Entry, freshNames, until } from "./rig.ts";
import { kafkaAndMongo } from "./services.ts";

test("SIGTERM ends the waiting for a broker and for MongoDB with 0", async () => {
  const env = { KAFKA_BOOTSTRAP: "10.255.255.1:9092", MONGO_URL: "mongodb://10.255.255.1/ca3" };
  await using processor = new Entry(["processor"], env);
  await until("it waits", () => processor.line("Processor is opening its log and its store.") !== undefined);
  expect(await processor.stop()).toBe(0);
  expect(processor.strays).toEqual([]);
});

await withService("kafka+mongo", kafkaAndMongo, ({ kafka, mongo }) => {
  test("the variables of the reference system are all it needs, and each of them counts", async () => {
    const names = freshNames();
    const database = freshName();
    const MONGO_URL = inDatabase(mongo.url, database);
    const log = await openQuick(kafka.brokers);
    await using processor = new Entry(["processor"], {
      ...{ KAFKA_BOOTSTRAP: kafka.brokers, MONGO_URL, PRICE_PER_HOUR_USD: "3.5", ...names },
      CA3_WATCH_INTERVAL: "200ms",
    });
    await processor.untilReady();
    expect((await processor.get("/health")).status).toBe(200);

    const ts = new Date().toISOString();
    const gpu = {
      ...{ gpu_index: 0, name: "RTX 3090", utilization: 0.5, mem_used_mb: 1000, mem_total_mb: 24_576 },
      ...{ power_w: 200, ts, host: "old-producer" },
    };
    const token = {
      ts,
      model: "llama",
      prompt_tokens: 10,
      completion_tokens: 5,
      latency_ms: 50,
      gpu_index: 0,
    };
    await log.append([
      { topic: names.TOPIC_METRIC, key: "old-producer", value: bytesOf(JSON.stringify(gpu)) },
      { topic: names.TOPIC_TOKEN, key: "llama", value: bytesOf(JSON.stringify(token)) },
      { topic: names.TOPIC_TOKEN, key: "llama", value: bytesOf("no event") },
    ]);
    await until("all three are done", async () => {
      const done = await processor.metric("processor_records_total");
      const lag = await processor.metric("processor_consumer_lag");
      return done === 3 && lag === 0;
    });

    expect(await processor.metric("processor_mongo_write_total", { result: "ok" })).toBeGreaterThanOrEqual(2);
    expect(await processor.metric("event_store_delay_seconds_count")).toBe(2);
    expect(await processor.metric("processor_dead_letter_total", { reason: "malformed_json" })).toBe(1);
    const info = await processor.get("/gpu/info");
    expect([info.status, JSON.stringify(await info.json())]).toEqual([
      200,
      expect.stringContaining("RTX 3090"),
    ]);
    expect(await processor.stop()).toBe(0);
    expect(processor.strays).toEqual([]);
    await withClient(mongo.url, async (client) => {
      const db = client.db(database);
      expect(await db.collection("gpu_metrics").findOne()).toMatchObject({
        price_per_hour_microusd: 3_500_000,
      });
      expect(await db.collection("token_usage").countDocuments()).toBe(1);
      expect(await db.collection("dead_letters").countDocuments()).toBe(1);
    });
    await log.close();
    await dropDatabase(mongo.url, database);
  });
});
