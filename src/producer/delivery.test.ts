import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { OutRecord } from "../eventlog/port.ts";
import { systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { DeliveryLimits } from "./delivery.ts";
import { createDelivery } from "./delivery.ts";

const instantly = { now: () => 0, sleep: async () => {} };
const limits: DeliveryLimits = { maxRecords: 10, maxBytes: 1_000, lingerMs: 0, queueBytes: 100_000 };
const record = (n: number, size = 10): OutRecord => ({
  topic: "t",
  key: String(n % 3),
  value: new TextEncoder().encode(String(n).padStart(size, "0")),
});
const numberOf = ({ value }: OutRecord) => Number(new TextDecoder().decode(value));
const outage = () => new Ca3Error("CA3_LOG_UNAVAILABLE", "the log is away");

type Answer = "ok" | "lost" | "part" | "whole";

/** A log that fails as told: nothing arrived, a part arrived, or all arrived and only the answer was lost. */
function fakeLog(answers: readonly Answer[]) {
  const attempts: number[][] = [];
  const stored: number[] = [];
  let call = 0;
  return {
    attempts,
    stored,
    append: async (records: readonly OutRecord[]): Promise<void> => {
      const answer = answers[call++] ?? "ok";
      const numbers = records.map(numberOf);
      attempts.push(numbers);
      if (answer === "ok" || answer === "whole") stored.push(...numbers);
      if (answer === "part") stored.push(...numbers.slice(0, Math.ceil(numbers.length / 2)));
      if (answer !== "ok") throw outage();
    },
  };
}

function start(append: (records: readonly OutRecord[]) => Promise<void>, over: Partial<DeliveryLimits> = {}) {
  const acknowledged: number[] = [];
  const checkpoints: string[] = [];
  let outages = 0;
  const giveUp = new AbortController();
  const delivery = createDelivery({
    append,
    limits: { ...limits, ...over },
    clock: instantly,
    giveUp: giveUp.signal,
    onAcknowledged: (records, _tookMs, checkpoint) => {
      acknowledged.push(...records.map(numberOf));
      if (checkpoint !== undefined) checkpoints.push(checkpoint);
    },
    onOutage: () => void outages++,
    random: () => 0,
  });
  return { delivery, acknowledged, checkpoints, giveUp, outages: () => outages };
}

const batches = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 8 });
const answers = fc.array(fc.constantFrom<Answer>("ok", "lost", "part", "whole"), { maxLength: 30 });

test("any sequence of outages leaves exactly the records, in order; only whole batches are sent twice", () =>
  fc.assert(
    fc.asyncProperty(batches, answers, fc.integer({ min: 20, max: 400 }), async (sizes, plan, queueBytes) => {
      const log = fakeLog(plan);
      const { delivery, acknowledged, checkpoints } = start(log.append, { queueBytes });
      const sending = delivery.run();
      let n = 0;
      for (const size of sizes) {
        for (let i = 0; i < size; i++) await delivery.push(record(n++));
        delivery.mark(String(n));
      }
      delivery.end();
      expect(await sending).toBe(0);
      const all = Array.from({ length: n }, (_, at) => at);
      expect(acknowledged).toEqual(all);
      expect([...new Set(log.stored)]).toEqual(all);
      expect(checkpoints.at(-1)).toBe(String(n));
      expect(checkpoints).toEqual([...checkpoints].sort((a, b) => Number(a) - Number(b)));
      const distinct = log.attempts.filter((batch, at) => batch[0] !== log.attempts[at - 1]?.[0]);
      expect(distinct.flat()).toEqual(all);
      for (const [at, batch] of log.attempts.entries())
        if (batch[0] === log.attempts[at - 1]?.[0]) expect(batch).toEqual(log.attempts[at - 1]!);
    }),
  ));

test("a checkpoint is never ahead of what was acknowledged", () =>
  fc.assert(
    fc.asyncProperty(batches, answers, async (sizes, plan) => {
      const log = fakeLog(plan);
      const run = start(async (records) => {
        expect(Number(run.checkpoints.at(-1) ?? 0)).toBeLessThanOrEqual(run.acknowledged.length);
        await log.append(records);
      });
      const sending = run.delivery.run();
      let n = 0;
      for (const size of sizes) {
        for (let i = 0; i < size; i++) await run.delivery.push(record(n++));
        run.delivery.mark(String(n));
      }
      run.delivery.end();
      await sending;
      expect(run.checkpoints.at(-1)).toBe(String(n));
    }),
  ));

describe("batches", () => {
  test.each([
    ["end at the number of records", 25, 10, {}, [10, 10, 5]],
    ["end at the number of bytes", 10, 300, {}, [3, 3, 3, 1]],
    ["hold a record that is too large alone", 3, 5_000, {}, [1, 1, 1]],
    ["of one", 3, 10, { maxRecords: 1 }, [1, 1, 1]],
  ])("%s", async (_title, count, size, over, sizes) => {
    const log = fakeLog([]);
    const { delivery } = start(log.append, over);
    for (let n = 0; n < count; n++) void delivery.push(record(n, size));
    delivery.end();
    await delivery.run();
    expect(log.attempts.map((batch) => batch.length)).toEqual(sizes);
  });

  test("wait for company, but only until they are full or nothing more comes", async () => {
    const log = fakeLog([]);
    const giveUp = new AbortController();
    const delivery = createDelivery({
      append: log.append,
      limits: { ...limits, maxRecords: 3, lingerMs: 3_600_000 },
      clock: systemClock,
      giveUp: giveUp.signal,
      onAcknowledged: () => {},
      onOutage: () => {},
    });
    const sending = delivery.run();
    for (let n = 0; n < 5; n++) {
      await delivery.push(record(n));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(log.attempts).toEqual([[0, 1, 2]]);
    delivery.end();
    await sending;
    expect(log.attempts).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });
});

test("the source waits while the queue is full, and bytes stay within the limit and one record", async () => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { delivery } = start(() => gate, { queueBytes: 100, maxRecords: 2 });
  const sending = delivery.run();
  let pushed = 0;
  const pushing = (async () => {
    for (let n = 0; n < 50; n++) {
      await delivery.push(record(n));
      pushed++;
    }
    delivery.end();
  })();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(pushed).toBe(9);
  expect(delivery.queuedBytes()).toBe(100);
  open();
  await pushing;
  expect(await sending).toBe(0);
  expect(delivery.queuedBytes()).toBe(0);
});

test("a batch without records moves the checkpoint at once, unless records are under way", async () => {
  const run = start(fakeLog([]).append);
  run.delivery.mark("0");
  expect(run.checkpoints).toEqual(["0"]);
  await run.delivery.push(record(0));
  run.delivery.mark("1");
  run.delivery.mark("2");
  expect(run.checkpoints).toEqual(["0"]);
  run.delivery.end();
  await run.delivery.run();
  expect(run.checkpoints).toEqual(["0", "2"]);
});

test("after giving up, the number of unsent records is told and no checkpoint covers them", async () => {
  const run = start(async () => {
    throw outage();
  });
  for (let n = 0; n < 12; n++) await run.delivery.push(record(n));
  run.delivery.mark("12");
  run.delivery.end();
  run.giveUp.abort();
  expect(await run.delivery.run()).toBe(12);
  expect([run.checkpoints, run.outages()]).toEqual([[], 1]);
});

test("an error that is no outage ends the delivery and lets a waiting source go", async () => {
  const run = start(
    async () => {
      throw new Error("broken");
    },
    { queueBytes: 10 },
  );
  const waiting = run.delivery.push(record(0));
  await expect(run.delivery.run()).rejects.toThrow("broken");
  await waiting;
  expect(run.outages()).toBe(0);
});
