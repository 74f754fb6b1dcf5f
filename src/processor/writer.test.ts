import { expect, test } from "bun:test";
import { memoryLog } from "../../tests/helpers/memory-log.ts";
import { type MemoryStore, memoryStore } from "../../tests/helpers/memory-store.ts";
import { quiet, steeredClock } from "../../tests/helpers/steered-clock.ts";
import { gpuEvent, logRecord, recordBatch, storedEvent } from "../../tests/helpers/telemetry.ts";
import type { StoredEvent } from "../store/port.ts";
import { Ca3Error } from "../support/errors.ts";
import { silentLogger } from "../support/log.ts";
import { createMeters } from "../support/meters.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { OutageWatch } from "./outage.ts";
import type { BatchPlan } from "./plan.ts";
import { Writer, type WriterLimits } from "./writer.ts";

/** A batch of `count` new events of a partition, from an offset on. */
function plan(partition: number, from: number, count: number): BatchPlan {
  const offsets = Array.from({ length: count }, (_, at) => from + at);
  const batch = recordBatch(
    "gpu",
    partition,
    offsets.map((offset) => logRecord(offset, "{}")),
  );
  return {
    batch,
    kind: "gpu",
    bytes: count * 2,
    writes: offsets.map((offset) => storedEvent(batch.origin, offset, gpuEvent(`${partition}-${offset}`))),
    rejected: [],
    minted: 0,
    brokerDelayS: new Float64Array(count),
    slo: undefined,
  };
}

async function setUp(limits: Partial<WriterLimits> = {}) {
  const store: MemoryStore = memoryStore();
  const inserts: string[][] = [];
  let gate: Promise<void> = Promise.resolve();
  let fail: (() => unknown) | undefined;
  const insertEvents = async (events: readonly StoredEvent[]) => {
    inserts.push(events.map((one) => one.event.event_id));
    await gate;
    if (fail) throw fail();
    return store.insertEvents(events);
  };
  const clock = steeredClock();
  const meters = await createMeters(metricCatalogue);
  const context = { clock, meters, logger: silentLogger, outages: new OutageWatch(), random: () => 1 };
  const ports = { log: memoryLog(), store: { ...store, insertEvents } };
  const writer = new Writer(context, ports, { maxRecords: 100, concurrency: 1, ...limits });
  const live = new AbortController().signal;
  return {
    inserts,
    clock,
    store,
    write: (one: BatchPlan, signal = live) => writer.write(one, signal),
    /** Makes inserts wait until the returned function is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = Promise.resolve();
        resolve();
      };
    },
    failWith(error: (() => unknown) | undefined) {
      fail = error;
    },
  };
}

test("batches that arrive in the same turn go together", async () => {
  const { write, inserts } = await setUp();
  await Promise.all([write(plan(0, 0, 2)), write(plan(1, 0, 1))]);
  expect(inserts).toEqual([["0-0", "0-1", "1-0"]]);
});

test("whatever queued while a write ran goes together next", async () => {
  const { write, inserts, hold } = await setUp();
  const release = hold();
  const first = write(plan(0, 0, 1));
  await quiet();
  const later = [write(plan(1, 0, 1)), write(plan(2, 0, 1)), write(plan(3, 0, 1))];
  await quiet();
  expect(inserts.length).toBe(1);
  release();
  await Promise.all([first, ...later]);
  expect(inserts).toEqual([["0-0"], ["1-0", "2-0", "3-0"]]);
});

test("as many writes run at once as allowed", async () => {
  const { write, inserts, hold } = await setUp({ concurrency: 2 });
  const release = hold();
  const all = [0, 1, 2].map(async (partition) => {
    for (let turn = 0; turn < partition; turn++) await quiet();
    return write(plan(partition, 0, 1));
  });
  await quiet();
  await quiet();
  await quiet();
  expect(inserts).toEqual([["0-0"], ["1-0"]]);
  release();
  await Promise.all(all);
});

test("a write takes no more records than the limit, yet always one batch", async () => {
  const { write, inserts } = await setUp({ maxRecords: 3 });
  await Promise.all([write(plan(0, 0, 5)), write(plan(1, 0, 2)), write(plan(2, 0, 1)), write(plan(3, 0, 1))]);
  expect(inserts.map((ids) => ids.length)).toEqual([5, 3, 1]);
});

test("two batches of one partition never share a write", async () => {
  const { write, inserts } = await setUp();
  await Promise.all([write(plan(0, 0, 1)), write(plan(0, 0, 1)), write(plan(1, 0, 1))]);
  expect(inserts).toEqual([["0-0", "1-0"], ["0-0"]]);
});

test("a batch whose owner leaves during an outage is rejected with the reason, its neighbours are stored", async () => {
  const { write, clock, failWith, store } = await setUp();
  failWith(() => new Ca3Error("CA3_STORE_UNAVAILABLE", "away"));
  const revoked = new AbortController();
  const leaves = write(plan(0, 0, 1), revoked.signal).catch((error: unknown) => error);
  const stays = write(plan(1, 0, 1));
  await quiet();
  revoked.abort(new Error("revoked"));
  expect(await leaves).toEqual(new Error("revoked"));
  failWith(undefined);
  await clock.advance(60_000);
  expect((await stays).settled.own.length).toBe(1);
  expect([...store.events.keys()]).toEqual(["1-0"]);
});

test("a batch whose owner leaves while it waits in the queue is rejected at once and never written", async () => {
  const { write, hold, inserts } = await setUp();
  const release = hold();
  const first = write(plan(0, 0, 1));
  await quiet();
  const revoked = new AbortController();
  const queued = write(plan(1, 0, 1), revoked.signal).catch((error: unknown) => error);
  revoked.abort(new Error("revoked"));
  expect(await queued).toEqual(new Error("revoked"));
  release();
  await first;
  await quiet();
  expect(inserts).toEqual([["0-0"]]);
});

test("an error that will not pass rejects the write, and the next one starts afresh", async () => {
  const { write, clock, failWith } = await setUp();
  failWith(() => new TypeError("bug"));
  const failed = write(plan(0, 0, 1)).catch((error: unknown) => error);
  await clock.advance(60_000);
  expect(await failed).toBeInstanceOf(TypeError);
  failWith(undefined);
  expect((await write(plan(0, 0, 1))).settled.own.length).toBe(1);
});
