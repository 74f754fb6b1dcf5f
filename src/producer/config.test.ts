import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OutRecord } from "../eventlog/port.ts";
import { silentLogger } from "../support/log.ts";
import { readSettings, resolveSettings } from "../support/settings.ts";
import type { GpuEvent, TokenEvent } from "../telemetry/events.ts";
import { memoryCheckpoints } from "./checkpoints.ts";
import { producerSettings } from "./config.ts";
import { createProducer } from "./service.ts";
import { openSources } from "./sources/registry.ts";

const START = Date.parse("2026-02-03T08:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "ca3-producer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(
  join(folder, "trace.csv"),
  "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n",
);
const clock = { now: () => START, sleep: async () => {} };
const never = new AbortController().signal;

type Environment = Readonly<Record<string, string>>;

/** The first batch of every source that these variables choose. */
async function firstBatches(env: Environment) {
  const settings = readSettings(producerSettings, { env });
  const context = {
    settings,
    startMs: START,
    clock,
    hostname: settings.hostname ?? "this-machine",
    cwd: folder,
  };
  const sources = await openSources(context);
  return await Promise.all(
    sources.map(async (source) => {
      for await (const { events } of source.read(never)) return { source, events };
      return { source, events: [] };
    }),
  );
}
const first = async (env: Environment) => (await firstBatches(env))[0]!;
const gpuEvents = async (env: Environment) =>
  (await first({ BATCH: "5000", ...env })).events
    .filter(({ kind }) => kind === "gpu")
    .map(({ event }) => event as GpuEvent);
const tokenEvents = async (env: Environment) =>
  (await first({ BATCH: "500", ...env })).events
    .filter(({ kind }) => kind === "token")
    .map(({ event }) => event as TokenEvent);

async function sent(env: Environment): Promise<OutRecord[]> {
  const settings = readSettings(producerSettings, { env: { CA3_SPEED: "max", ...env } });
  const sources = await openSources({ settings, startMs: START, clock, hostname: "h", cwd: folder });
  const records: OutRecord[] = [];
  const topics = { gpu: settings.topicGpu, token: settings.topicToken };
  await createProducer({
    ...{ sources, topics, settings, clock, logger: silentLogger, checkpoints: memoryCheckpoints() },
    append: async (some) => void records.push(...some),
  }).run(never);
  return records;
}

describe("variables of the reference system", () => {
  test("RATE is events per second, 200 when it is not set", async () => {
    const spacing = async (env: Environment) => {
      const { events } = await first(env);
      return events[1]!.dueMs - events[0]!.dueMs;
    };
    expect([await spacing({}), await spacing({ RATE: "1" }), await spacing({ RATE: "50" })]).toEqual([
      5, 1000, 20,
    ]);
  });

  test("RATE bounds a replay only when it is set", async () => {
    const pace = async (env: Environment) =>
      (await first({ CA3_REPLAY: "trace.csv", ...env })).source.pace?.ratePerS;
    expect([await pace({}), await pace({ RATE: "50" })]).toEqual([undefined, 50]);
  });

  test("BATCH is how many events are given out together, 20 when it is not set", async () => {
    expect((await first({})).events).toHaveLength(20);
    expect((await first({ BATCH: "3" })).events).toHaveLength(3);
  });

  test("SLEEP_SEC is the pause after each batch", async () => {
    const settings = { RATE: "10", BATCH: "2", CA3_COUNT: "4" };
    const dues = async (env: Environment) => {
      const { source } = await first({ ...settings, ...env });
      const all = [];
      for await (const { events } of source.read(never))
        all.push(...events.map(({ dueMs }) => dueMs - START));
      return all;
    };
    expect(await dues({})).toEqual([0, 100, 200, 300]);
    expect(await dues({ SLEEP_SEC: "5" })).toEqual([0, 100, 5200, 5300]);
    const { source } = await first({ CA3_REPLAY: "trace.csv", BATCH: "2", SLEEP_SEC: "5" });
    expect(source.pace?.ratePerS).toBe(0.4);
  });

  test("GPU_SEED decides requests and the identity of GPUs", async () => {
    const [same, again, other] = [
      await gpuEvents({}),
      await gpuEvents({ GPU_SEED: "1" }),
      await gpuEvents({ GPU_SEED: "2" }),
    ];
    expect(again).toEqual(same);
    expect(other.map(({ gpu_uuid }) => gpu_uuid)).not.toEqual(same.map(({ gpu_uuid }) => gpu_uuid));
    expect(await tokenEvents({ GPU_SEED: "2" })).not.toEqual(await tokenEvents({}));
  });

  test("HOSTNAME is the machine in events", async () => {
    expect((await first({})).events[0]!.event.host).toBe("this-machine");
    expect((await first({ HOSTNAME: "pod-7" })).events[0]!.event.host).toBe("pod-7");
  });

  test("TOPIC_METRIC and TOPIC_TOKEN are where events go", async () => {
    const topics = async (env: Environment) =>
      [
        ...new Set((await sent({ CA3_COUNT: "3000", BATCH: "100", ...env })).map(({ topic }) => topic)),
      ].sort();
    expect(await topics({})).toEqual(["gpu.metrics.v1", "token.usage.v1"]);
    expect(await topics({ TOPIC_METRIC: "a", TOPIC_TOKEN: "b" })).toEqual(["a", "b"]);
  });

  test("KAFKA_BOOTSTRAP is read and checked", () => {
    const read = (KAFKA_BOOTSTRAP: string) => resolveSettings(producerSettings, { env: { KAFKA_BOOTSTRAP } });
    expect(read("kafka-0:9092,kafka-1:9092").values.kafkaBootstrap).toEqual(["kafka-0:9092", "kafka-1:9092"]);
    expect(read("kafka").problems).toEqual([expect.stringContaining("$KAFKA_BOOTSTRAP: expected host:port")]);
  });
});

describe("our own settings", () => {
  test("the source is synthetic, or replay when files are given, or what was asked for, side by side", async () => {
    const kinds = async (env: Environment) =>
      (await firstBatches(env)).map(({ source }) => source.name.replace(/-.*/, ""));
    expect(await kinds({})).toEqual(["synthetic"]);
    expect(await kinds({ CA3_REPLAY: "trace.csv" })).toEqual(["replay"]);
    expect(await kinds({ CA3_REPLAY: "trace.csv", CA3_SOURCE: "synthetic,replay" })).toEqual([
      "synthetic",
      "replay",
    ]);
    await expect(firstBatches({ CA3_SOURCE: "replay" })).rejects.toThrow("the source replay needs a file");
  });

  test("CA3_MODEL and CA3_TEAM name models and teams", async () => {
    const made = await tokenEvents({ CA3_MODEL: "a,b", CA3_TEAM: "x" });
    expect([new Set(made.map(({ model }) => model)), new Set(made.map(({ team }) => team))]).toEqual([
      new Set(["a", "b"]),
      new Set(["x"]),
    ]);
    expect((await tokenEvents({ CA3_TEAM: "none" })).every(({ team }) => team === undefined)).toBe(true);
    const replayed = await tokenEvents({ CA3_REPLAY: "trace.csv", CA3_MODEL: "a", CA3_TEAM: "x" });
    expect(replayed[0]).toMatchObject({ model: "a", team: "x" });
  });

  test("CA3_GPU, CA3_GPUS, CA3_PRICE_PER_HOUR_USD and CA3_SAMPLE_INTERVAL describe the modelled GPUs", async () => {
    const events = await gpuEvents({
      ...{ CA3_GPU: "A100 40GB", CA3_GPUS: "3", CA3_PRICE_PER_HOUR_USD: "1.5", CA3_SAMPLE_INTERVAL: "4s" },
    });
    expect(new Set(events.map(({ gpu_uuid }) => gpu_uuid)).size).toBe(3);
    for (const event of events)
      expect(event).toMatchObject({
        ...{
          gpu_model: "A100 40GB",
          interval_s: 4,
          price_per_hour_microusd: 1_500_000,
          price_source: "config",
        },
      });
  });

  test("CA3_START is the time of the first synthetic event", async () => {
    const { events } = await first({ CA3_START: "2025-05-05T00:00:00Z" });
    expect(events[0]!.event.ts).toBe("2025-05-05T00:00:00.000Z");
  });

  test("CA3_COUNT ends a source, and at speed max its synthetic events end at the present", async () => {
    const records = await sent({ CA3_COUNT: "70", BATCH: "20", RATE: "10" });
    expect(records).toHaveLength(70);
    const last = JSON.parse(new TextDecoder().decode(records.at(-1)!.value)) as TokenEvent;
    expect(START - Date.parse(last.ts)).toBe(100);
  });

  test("synthetic events may not run ahead of the clock", async () => {
    await expect(firstBatches({ CA3_SPEED: "60x" })).rejects.toThrow(
      "at speed 60x would run ahead of the clock",
    );
    expect((await first({ CA3_SPEED: "60x", CA3_START: "2025-05-05T00:00:00Z" })).events).toHaveLength(20);
  });

  test("CA3_LENIENT, CA3_ZONE and CA3_TIME reach the replay", async () => {
    writeFileSync(
      join(folder, "broken.csv"),
      "TIMESTAMP,ContextTokens,GeneratedTokens\nsoon,1,1\n2023-11-16 18:15:46,5,6\n",
    );
    const env = { CA3_REPLAY: "broken.csv", CA3_TIME: "kept" };
    await expect(first(env)).rejects.toThrow(/broken\.csv/);
    const tokens = (await first({ ...env, CA3_LENIENT: "true", CA3_ZONE: "+02:00" })).events.find(
      ({ kind }) => kind === "token",
    );
    expect(tokens!.event).toMatchObject({ input_tokens: 5, ts: "2023-11-16T16:15:46.000Z" });
  });

  test("all problems are told at once, each with the variable that is wrong", () => {
    const env = {
      RATE: "0",
      BATCH: "many",
      SLEEP_SEC: "-1",
      GPU_SEED: "1.5",
      CA3_SPEED: "fast",
      CA3_SOURCE: "nvidia",
    };
    const { problems } = resolveSettings(producerSettings, { env });
    expect(problems.map((problem) => problem.split(":")[0]!.slice(1)).sort()).toEqual(
      Object.keys(env).sort(),
    );
  });
});

test("every setting has its own place, flag and variable", () => {
  const rows = Object.values(producerSettings) as { path: string; flag?: string; env?: readonly string[] }[];
  for (const all of [
    rows.map(({ path }) => path),
    rows.flatMap(({ flag }) => flag ?? []),
    rows.flatMap(({ env }) => env ?? []),
  ])
    expect(new Set(all).size).toBe(all.length);
});
