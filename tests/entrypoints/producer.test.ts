import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";
import { readAll, textOf } from "../contracts/eventlog/rig.ts";
import { openQuick } from "../kafka/open.ts";
import { someKafka } from "../services/kafka.ts";
import { withService } from "../services/require.ts";
import { Entry, freshNames, until } from "./rig.ts";

await withService("kafka", someKafka, (kafka) => {
  const KAFKA_BOOTSTRAP = kafka.brokers;

  async function eventsIn(topic: string): Promise<TelemetryEvent[]> {
    const log = await openQuick(kafka.brokers);
    const { records } = (await log.topics()).find(({ name }) => name === topic)!;
    const batches = await readAll(log, topic, records);
    await log.close();
    return batches.flatMap((batch) => batch.records.map((record) => JSON.parse(textOf(record))));
  }

  test("the variables of the reference system are all it needs, and each of them counts", async () => {
    const names = freshNames();
    const reference = { RATE: "400", BATCH: "40", SLEEP_SEC: "0.1", GPU_SEED: "7", HOSTNAME: "pod-1" };
    const often = { CA3_SAMPLE_INTERVAL: "100ms", CA3_GPUS: "2" };
    await using producer = new Entry(["producer"], { KAFKA_BOOTSTRAP, ...names, ...reference, ...often });
    await producer.untilReady();
    await until(
      "it sends",
      async () => (await producer.metric("producer_records_sent_total", { result: "ok" })) >= 200,
    );
    expect(await producer.stop()).toBe(0);

    // 40 events take 0.1 s at 400 a second, and then it pauses for another 0.1 s.
    const [source] = producer.line("Producer is at work.")!["sources"] as string[];
    expect(source).toContain("200 events/s");
    expect(source).toContain("seed 7");
    const [gpu, token] = [await eventsIn(names.TOPIC_METRIC), await eventsIn(names.TOPIC_TOKEN)];
    expect(gpu.length > 0 && gpu.every((event) => "power_w" in event)).toBe(true);
    expect(token.length > 0 && token.every((event) => "model" in event)).toBe(true);
    const events = [...gpu, ...token];
    expect(new Set(events.map(({ host }) => host))).toEqual(new Set(["pod-1"]));
    expect(producer.line("Producer has stopped.")).toMatchObject({ events: events.length, unsent: 0 });
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });

  test("everything on stderr is a log line, from the first to the last, and stdout is silent", async () => {
    await using producer = new Entry(["producer"], { KAFKA_BOOTSTRAP, ...freshNames() });
    await producer.untilReady();
    expect(await producer.stop()).toBe(0);
    expect(producer.strays).toEqual([]);
    for (const line of producer.lines)
      expect(line).toMatchObject({
        ts: expect.any(String),
        level: "info",
        message: expect.stringMatching(/\.$/),
      });
  });

  test("it answers as alive before the log is reached, and SIGTERM ends the waiting with 0", async () => {
    await using producer = new Entry(["producer"], { KAFKA_BOOTSTRAP: "10.255.255.1:9092" });
    const health = await producer.get("/health");
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    await producer.untilFailing("log", /^not reached yet$/);
    await producer.untilFailing("sources", /^not opened yet$/);
    expect(await producer.stop()).toBe(0);
  });

  test("the token of a file guards the metrics beyond this machine, and nothing else does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ca3-entry-"));
    const file = join(folder, "token");
    writeFileSync(file, "correct-horse-battery\n");
    const env = { KAFKA_BOOTSTRAP, ...freshNames(), HTTP_HOST: "0.0.0.0", CA3_API_TOKEN_FILE: file };
    await using producer = new Entry(["producer"], env);
    expect((await producer.get("/health")).status).toBe(200);
    expect((await producer.get("/metrics")).status).toBe(401);
    const authorization = "Bearer correct-horse-battery";
    expect((await producer.get("/metrics", { authorization })).status).toBe(200);
    await producer.untilReady();
    expect(await producer.stop()).toBe(0);

    await using open = new Entry(["producer"], { ...env, CA3_API_TOKEN_FILE: "", CA3_OPEN_METRICS: "true" });
    expect((await open.get("/metrics")).status).toBe(200);
    rmSync(folder, { recursive: true });
  });

  test("a path that is not there and a method that is not taken are problems, not pages", async () => {
    await using producer = new Entry(["producer"], { KAFKA_BOOTSTRAP, ...freshNames() });
    const missing = await producer.get("/api/v1/status");
    expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect((await producer.get("/health", { host: "evil.example" })).status).toBe(421);
  });
});
