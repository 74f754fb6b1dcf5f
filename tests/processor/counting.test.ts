import { expect, test } from "bun:test";
import { meteredStore } from "../../src/processor/metered-store.ts";
import { OutageWatch } from "../../src/processor/outage.ts";
import { createPipeline } from "../../src/processor/pipeline.ts";
import { Ca3Error } from "../../src/support/errors.ts";
import { silentLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { simRules } from "../faults/sim/member.ts";
import { refusing } from "../faults/sim/traffic.ts";
import { memoryLog } from "../helpers/memory-log.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { quiet, steeredClock } from "../helpers/steered-clock.ts";
import { gpuEvent, logRecord, recordBatch, START_MS } from "../helpers/telemetry.ts";

async function setUp() {
  const clock = steeredClock(START_MS + 3_000);
  const log = memoryLog();
  await log.ensureTopics([{ name: "gpu.dlq", partitions: 1 }]);
  const store = memoryStore();
  const picky = refusing(store);
  let fault: (() => unknown) | undefined;
  const insertEvents: typeof store.insertEvents = async (events) => {
    if (fault) throw fault();
    return picky.insertEvents(events);
  };
  const meters = await createMeters(metricCatalogue);
  const ports = { log, store: meteredStore({ ...store, insertEvents }, meters, clock) };
  const rules = {
    plan: simRules,
    poison: { stopRatio: 0.5, window: 100 },
    writer: { maxRecords: 100, concurrency: 1 },
    maxInflightBytes: 1e6,
  };
  const context = { clock, meters, logger: silentLogger, outages: new OutageWatch(), random: () => 1 };
  const pipeline = createPipeline(ports, { gpu: "gpu", token: "token" }, rules, context);
  const live = new AbortController();
  const lines = async () =>
    new Map(
      (await meters.registry.metrics())
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line): [string, number] => {
          const at = line.lastIndexOf(" ");
          return [line.slice(0, at), Number(line.slice(at + 1))];
        }),
    );
  return {
    pipeline,
    clock,
    lines,
    handle: (partition: number, values: readonly [offset: number, value: unknown][], signal = live.signal) =>
      pipeline.handle(
        recordBatch(
          "gpu",
          partition,
          values.map(([offset, value]) => logRecord(offset, value)),
        ),
        signal,
      ),
    failWith(error: (() => unknown) | undefined) {
      fault = error;
    },
    /** Consumed, results and what is in flight, which must always add up. */
    async books() {
      const all = await lines();
      const results = Object.fromEntries(
        [...all].flatMap(([name, value]) => {
          const result = /^processor_records_total\{.*result="(\w+)"/.exec(name)?.[1];
          return result === undefined ? [] : [[result, value]];
        }),
      );
      const sum = Object.values(results).reduce((total, one) => total + one, 0);
      const consumed = all.get('processor_records_consumed_total{topic="gpu"}') ?? 0;
      expect(consumed).toBe(sum + all.get("processor_inflight_records")!);
      return results;
    },
  };
}

test("every record is counted by its result", async () => {
  const { handle, books, lines } = await setUp();
  await handle(0, [
    [0, gpuEvent("a")],
    [1, gpuEvent("b")],
    [2, "{"],
    [3, gpuEvent("a")],
  ]);
  await handle(0, [
    [1, gpuEvent("b")],
    [4, gpuEvent("c", START_MS, { pod: "refused" })],
  ]);
  await handle(1, [[0, gpuEvent("a")]]);
  expect(await books()).toEqual({ stored: 2, dead_letter: 2, duplicate: 2, replayed: 1 });
  const all = await lines();
  expect(all.get('processor_validation_failures_total{topic="gpu",reason="malformed_json"}')).toBe(1);
  expect(all.get('processor_dead_letter_total{topic="gpu",reason="store_refused"}')).toBe(1);
  expect(all.get('processor_mongo_duplicates_total{collection="gpu_metrics"}')).toBe(2);
  expect(all.get('processor_mongo_write_total{collection="dead_letters",result="ok"}')).toBe(2);
  expect(all.get("processor_inflight_bytes")).toBe(0);
});

test("the books balance while records are in flight, when they are given back, and when they come again", async () => {
  const { handle, books, failWith, clock, pipeline } = await setUp();
  failWith(() => new Ca3Error("CA3_STORE_UNAVAILABLE", "away"));
  const revoked = new AbortController();
  const leaving = handle(0, [[0, gpuEvent("a")]], revoked.signal).catch(() => "gave up");
  const staying = handle(1, [
    [0, gpuEvent("b")],
    [1, "{"],
  ]);
  await quiet();
  expect(await books()).toEqual({});
  revoked.abort(new Error("revoked"));
  expect(await leaving).toBe("gave up");
  expect(await books()).toEqual({ released: 1 });
  failWith(undefined);
  await clock.advance(30_000);
  await staying;
  await handle(0, [[0, gpuEvent("a")]]);
  expect(await books()).toEqual({ released: 1, stored: 2, dead_letter: 1 });
  expect(pipeline.counts()).toEqual({ consumed: 4, stored: 2, duplicates: 0, deadLettered: 1 });
});

test("a flood of poison gives the batch back and counts nothing as dead-lettered", async () => {
  const { handle, books } = await setUp();
  const values = Array.from({ length: 100 }, (_, at): [number, unknown] => [at, "{"]);
  const failed = await handle(0, values).catch((error: unknown) => error);
  expect((failed as Ca3Error).code).toBe("CA3_POISON_FLOOD");
  expect(await books()).toEqual({ released: 100 });
});

test("delays are measured from the event to the store and to the log", async () => {
  const { handle, lines, clock } = await setUp();
  await clock.advance(5_000);
  await handle(0, [[0, gpuEvent("a", START_MS)]]);
  const all = await lines();
  expect(all.get('event_store_delay_seconds_sum{topic="gpu"}')).toBe(8);
  expect(all.get('event_store_delay_seconds_bucket{topic="gpu",le="5"}')).toBe(0);
  expect(all.get('event_store_delay_seconds_bucket{topic="gpu",le="10"}')).toBe(1);
  expect(all.get('event_broker_delay_seconds_sum{topic="gpu"}')).toBe(2);
});
