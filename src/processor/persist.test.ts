import { expect, test } from "bun:test";
import { quiet, steeredClock } from "../../tests/helpers/steered-clock.ts";
import { Ca3Error } from "../support/errors.ts";
import { silentLogger } from "../support/log.ts";
import { createMeters } from "../support/meters.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { OutageWatch } from "./outage.ts";
import { persist } from "./persist.ts";

const away = () => new Ca3Error("CA3_STORE_UNAVAILABLE", "disk full at /data/store.db");

async function setUp() {
  const clock = steeredClock();
  const outages = new OutageWatch();
  const meters = await createMeters(metricCatalogue);
  return { clock, outages, meters, logger: silentLogger, random: () => 1 };
}

const waiter = () => {
  const abort = new AbortController();
  return { signal: abort.signal, abort };
};

test("an outage is waited out with growing pauses and its state can be read meanwhile", async () => {
  const context = await setUp();
  let tries = 0;
  const one = waiter();
  const step = persist(context, "store", "insert", [one], async () => {
    if (++tries <= 3) throw away();
  });
  await quiet();
  expect(context.clock.sleeping()).toEqual([100]);
  await context.clock.advance(100);
  expect(context.clock.sleeping()).toEqual([200]);
  await context.clock.advance(200);
  expect(context.outages.state("store")).toMatchObject({ reason: "disk full at /data/store.db", tries: 3 });
  await context.clock.advance(400);
  expect(await step).toEqual([one]);
  expect(context.outages.state("store")).toBeUndefined();
  expect(await context.meters.registry.metrics()).toContain(
    'processor_mongo_retries_total{reason="CA3_STORE_UNAVAILABLE"} 3',
  );
});

test("pauses end at ten seconds, however long the outage", async () => {
  const context = await setUp();
  void persist(context, "store", "insert", [waiter()], async () => {
    throw away();
  });
  await context.clock.advance(600_000);
  expect(context.clock.sleeping()).toEqual([10_000]);
});

test("who stops waiting is left out of the next try at once; the others go on", async () => {
  const context = await setUp();
  const [leaves, stays] = [waiter(), waiter()];
  const seen: number[] = [];
  let back = false;
  const step = persist(context, "store", "insert", [leaves, stays], async (live) => {
    seen.push(live.length);
    if (!back) throw away();
  });
  await quiet();
  leaves.abort.abort();
  await quiet();
  expect(seen).toEqual([2, 1]);
  back = true;
  await context.clock.advance(60_000);
  expect(await step).toEqual([stays]);
});

test("with nobody waiting any more the step ends without another try", async () => {
  const context = await setUp();
  const one = waiter();
  let tries = 0;
  const step = persist(context, "store", "insert", [one], async () => {
    tries++;
    throw away();
  });
  await quiet();
  one.abort.abort();
  expect(await step).toEqual([]);
  expect(tries).toBe(1);
  expect(context.outages.state("store")).toBeUndefined();
});

test("a step begins even when the waiter has left already: it may be the end of a batch that is nearly done", async () => {
  const context = await setUp();
  const one = waiter();
  one.abort.abort();
  expect(await persist(context, "store", "rollups", [one], async () => {})).toEqual([one]);
});

test("an unknown error gets four tries and is thrown then", async () => {
  const context = await setUp();
  let tries = 0;
  const step = persist(context, "store", "insert", [waiter()], async () => {
    tries++;
    throw new TypeError("bug");
  });
  const failed = step.catch((error: unknown) => error);
  await context.clock.advance(10_000);
  expect(await failed).toBeInstanceOf(TypeError);
  expect(tries).toBe(4);
});

test("what a person has to repair is thrown at once", async () => {
  const context = await setUp();
  let tries = 0;
  const step = persist(context, "log", "topics", [waiter()], async () => {
    tries++;
    throw new Ca3Error("CA3_LOG_FORBIDDEN", "no right to create topics");
  });
  await expect(step).rejects.toMatchObject({ code: "CA3_LOG_FORBIDDEN" });
  expect(tries).toBe(1);
});

test("an unknown error that passes is forgotten", async () => {
  const context = await setUp();
  let tries = 0;
  const one = waiter();
  const step = persist(context, "log", "dead-letter-topic", [one], async () => {
    if (++tries < 3) throw new Error("flaky");
  });
  await context.clock.advance(10_000);
  expect(await step).toEqual([one]);
});
