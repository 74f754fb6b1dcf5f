import { afterEach, beforeEach, expect, test } from "bun:test";
import type { LogConsumer } from "../../src/eventlog/port.ts";
import { type ProcessorSettings, processorSettings } from "../../src/processor/config.ts";
import { createProcessor, type Processor } from "../../src/processor/service.ts";
import { Ca3Error } from "../../src/support/errors.ts";
import { silentLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { readSettings } from "../../src/support/settings.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";
import { quiet, type SteeredClock, steeredClock } from "../helpers/steered-clock.ts";
import { gpuEvent, START_MS, tokenEvent } from "../helpers/telemetry.ts";
import { type ProcessorRig, processorRig } from "./rig.ts";

const away = () => new Ca3Error("CA3_STORE_UNAVAILABLE", "disk full at /data/store.db");
const gone = () => new Ca3Error("CA3_LOG_UNAVAILABLE", "no broker answers at kafka:9092");

const running: Processor[] = [];
let clock: SteeredClock;

beforeEach(() => {
  clock = steeredClock(START_MS + 10_000);
});
afterEach(async () => {
  for (const one of running.splice(0)) {
    const stopped = one.stop();
    await clock.advance(60_000);
    await stopped;
  }
});

const setUp = async (settings: Partial<ProcessorSettings> = {}) => {
  const rig = await processorRig(clock, {
    ...readSettings(processorSettings, {}),
    partitions: 3,
    ...settings,
  });
  running.push(rig.processor);
  return rig;
};

const started = async (settings?: Partial<ProcessorSettings>): Promise<ProcessorRig> => {
  const bench = await setUp(settings);
  await bench.processor.start();
  await quiet();
  return bench;
};

test("events of both topics are stored, the rest is dead-lettered with its bytes, and all is committed", async () => {
  const { send, store, log, processor, lag } = await started();
  await send(defaultTopics.gpu, gpuEvent("g1"), gpuEvent("g2"), "{broken");
  await send(defaultTopics.token, tokenEvent("t1"), tokenEvent("t1"));
  await quiet();
  expect([...store.events.keys()].sort()).toEqual(["g1", "g2", "t1"]);
  expect([...store.letters.values()].map(({ reason, state }) => [reason, state])).toEqual([
    ["malformed_json", "open"],
  ]);
  const [dead] = log.records("gpu.metrics.v1.dlq");
  expect(new TextDecoder().decode(dead!.value)).toBe("{broken");
  expect(dead!.headers["ca3-dlq-reason"]).toBe("malformed_json");
  expect(await lag()).toBe(0);
  expect(processor.counts()).toEqual({ consumed: 5, stored: 3, duplicates: 1, deadLettered: 1 });
  expect(processor.status().ready).toBe(true);
});

test("lag is shown soon after the consumer has joined", async () => {
  const { metric } = await started();
  await clock.advance(300);
  expect(await metric('processor_consumer_lag{topic="gpu.metrics.v1",partition="2"}')).toBe(0);
});

test("an outage of the store is waited out: not ready and why, nothing lost, nothing dead-lettered, no restart", async () => {
  const { send, store, faults, check, processor, metric, lag } = await started();
  faults.insert = away;
  await send(defaultTopics.gpu, gpuEvent("g1"));
  await clock.advance(12_000);
  expect(processor.status().ready).toBe(false);
  expect(check("store")!.detail).toMatch(/^disk full at \/data\/store.db, retrying for 1[0-2] s$/);
  expect(await metric('dependency_up{dependency="store"}')).toBe(0);
  expect(await metric('processor_paused_partitions{reason="store"}')).toBe(1);
  expect(
    await metric('processor_mongo_write_total{collection="gpu_metrics",result="error"}'),
  ).toBeGreaterThan(3);
  expect(await lag()).toBe(1);
  delete faults.insert;
  await clock.advance(10_000);
  expect([...store.events.keys()]).toEqual(["g1"]);
  expect(store.letters.size).toBe(0);
  expect(processor.status().ready).toBe(true);
  expect(await lag()).toBe(0);
});

test("an outage of the dead-letter topic is waited out as well: the batch is not committed before", async () => {
  const { send, store, faults, check, lag } = await started();
  faults.append = gone;
  await send(defaultTopics.gpu, "{", gpuEvent("g1"));
  await clock.advance(5_000);
  expect(check("log")!.detail).toStartWith("no broker answers at kafka:9092, retrying for");
  expect(await lag()).toBeGreaterThan(0);
  delete faults.append;
  await clock.advance(10_000);
  expect(await lag()).toBe(0);
  expect(store.letters.size).toBe(1);
});

test("a store that is away while nothing is written is noticed too", async () => {
  const { faults, check } = await started();
  faults.ping = away;
  await clock.advance(6_000);
  expect(check("store")).toEqual({ name: "store", ok: false, detail: "disk full at /data/store.db" });
  delete faults.ping;
  await clock.advance(6_000);
  expect(check("store")!.ok).toBe(true);
});

test("a log that is away at the start is waited for, and stop ends the waiting", async () => {
  const { processor, faults, check } = await setUp();
  faults.ensure = gone;
  const start = processor.start();
  await clock.advance(3_000);
  expect(check("log")!.detail).toStartWith("no broker answers");
  expect(check("consumer")).toEqual({ name: "consumer", ok: false, detail: "starting" });
  await processor.stop();
  await start;
  await processor.done;
});

test("stop during an outage ends at once, commits nothing, and the next processor goes on", async () => {
  const { send, processor, faults, lag, log, store } = await started();
  faults.insert = away;
  await send(defaultTopics.gpu, gpuEvent("g1"));
  await clock.advance(3_000);
  await processor.stop();
  await processor.done;
  expect(await lag()).toBe(1);
  expect(processor.status().ready).toBe(false);
  expect(store.events.size).toBe(0);
  expect(log.committed("processor", defaultTopics.gpu, 0)).toBe(0);
});

test("stop waits for a running write as long as its grace, and no longer", async () => {
  const { send, processor, faults, lag } = await started({ stopGraceMs: 7_000 });
  faults.hang = new Promise(() => {});
  await send(defaultTopics.gpu, gpuEvent("g1"));
  await quiet();
  let stopped = false;
  const stop = processor.stop().then(() => {
    stopped = true;
  });
  await clock.advance(6_900);
  expect(stopped).toBe(false);
  await clock.advance(200);
  await stop;
  expect(await lag()).toBe(1);
});

test("a flood of poison stops the processor without committing or dead-lettering it", async () => {
  const { send, processor, lag, check, store } = await started({ poisonWindow: 10, partitions: 1 });
  await send(
    defaultTopics.gpu,
    ...Array.from({ length: 10 }, (_, at) => (at < 4 ? gpuEvent(`g${at}`) : "{")),
  );
  const error = await processor.done.catch((reason: unknown) => reason);
  expect((error as Ca3Error).code).toBe("CA3_POISON_FLOOD");
  expect(await lag()).toBe(10);
  expect(store.letters.size).toBe(0);
  expect(check("poison")!.detail).toContain("6 of the newest 10 records of gpu.metrics.v1");
  expect(processor.status().ready).toBe(false);
});

test("a bug stops the processor after a few tries, with the error and nothing committed", async () => {
  const { send, processor, faults, lag, check } = await started();
  faults.insert = () => new TypeError("undefined is not a function");
  await send(defaultTopics.gpu, gpuEvent("g1"));
  await clock.advance(10_000);
  expect(await processor.done.catch((reason: unknown) => reason)).toBeInstanceOf(TypeError);
  expect(await lag()).toBe(1);
  expect(check("consumer")!.detail).toBe("TypeError: undefined is not a function");
});

test("two processors of one group share the partitions, and a leaving one hands its part over", async () => {
  const first = await started();
  const second = createProcessor({
    log: first.log,
    store: first.store,
    topics: defaultTopics,
    settings: { ...readSettings(processorSettings, {}), partitions: 3 },
    meters: await createMeters(metricCatalogue),
    logger: silentLogger,
    clock,
  });
  running.push(second);
  await second.start();
  await clock.advance(6_000);
  const owned = (one: Processor) => one.status().checks.find(({ name }) => name === "consumer")!.detail;
  expect([owned(first.processor), owned(second)].sort()).toEqual(["owns 2 partitions", "owns 4 partitions"]);
  await first.processor.stop();
  await first.send(defaultTopics.gpu, ...Array.from({ length: 20 }, (_, at) => gpuEvent(`g${at}`)));
  await clock.advance(6_000);
  expect(owned(second)).toBe("owns 6 partitions");
  expect(first.store.events.size).toBe(20);
  expect(await first.metric("processor_assigned_partitions")).toBe(0);
});

test("expired events are deleted by the timer", async () => {
  const { send, store } = await started({ retentionMs: 60_000, expireIntervalMs: 10_000 });
  await send(defaultTopics.gpu, gpuEvent("g1"));
  await quiet();
  expect(store.events.size).toBe(1);
  await clock.advance(80_000);
  expect(store.events.size).toBe(0);
});

test("both kinds on one topic are refused at once", () => {
  const parts = { topics: { gpu: "same", token: "same" } } as Parameters<typeof createProcessor>[0];
  expect(() => createProcessor(parts)).toThrow("topics.gpu and topics.token are both same");
});

test("a consumer that ends because the log is away joins again", async () => {
  const bench = await setUp();
  let joined = 0;
  const consume = bench.log.consume;
  const broken: LogConsumer = { assignment: () => [], done: Promise.reject(gone()), stop: async () => {} };
  broken.done.catch(() => {});
  const processor = createProcessor({
    log: { ...bench.log, consume: async (options) => (++joined <= 2 ? broken : consume(options)) },
    store: bench.store,
    topics: defaultTopics,
    settings: { ...readSettings(processorSettings, {}), partitions: 1 },
    meters: await createMeters(metricCatalogue),
    logger: silentLogger,
    clock,
  });
  running.push(processor);
  await processor.start();
  await clock.advance(5_000);
  expect(joined).toBe(3);
  await bench.send(defaultTopics.gpu, gpuEvent("g1"));
  await quiet();
  expect(bench.store.events.size).toBe(1);
});
