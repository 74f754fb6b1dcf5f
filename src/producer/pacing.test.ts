import { expect, test } from "bun:test";
import { systemClock } from "../support/clock.ts";
import { catchUpPace, pacer, steadyPace, tokenBucket } from "./pacing.ts";
import { uniform } from "./random.ts";

/** A clock that only moves when someone sleeps, and then too far, as timers of a busy machine do. */
function steeredClock(lateMs: () => number) {
  let nowMs = 1_000;
  return {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += Math.ceil(ms) + lateMs();
    },
    skip: (ms: number) => {
      nowMs += ms;
    },
  };
}
const never = new AbortController().signal;
const RATES = [1, 200, 20_000] as const;

test.each(RATES)("%d events/s are held within 2 %, although every timer is late", async (ratePerS) => {
  let draws = 0;
  const clock = steeredClock(() => Math.floor(uniform(1, draws++, 0) * 16));
  const next = pacer(clock, steadyPace(ratePerS, 20));
  const startMs = clock.now();
  const count = Math.max(200, ratePerS * 20);
  for (let sent = 0; sent < count; sent++) await next(0, never);
  const perS = (count * 1000) / (clock.now() - startMs);
  expect(Math.abs(perS / ratePerS - 1)).toBeLessThan(0.02);
});

test.each(RATES)("no second at %d events/s holds more than the rate and one burst", async (ratePerS) => {
  const clock = steeredClock(() => 0);
  const pace = steadyPace(ratePerS, 20);
  const next = pacer(clock, pace);
  const times: number[] = [];
  for (let sent = 0; sent < ratePerS * 5 + 100; sent++) {
    if (sent === ratePerS * 2) clock.skip(60_000);
    await next(0, never);
    times.push(clock.now());
  }
  let first = 0;
  let most = 0;
  times.forEach((at, last) => {
    while (times[first]! <= at - 1000) first++;
    most = Math.max(most, last - first + 1);
  });
  expect(most).toBeLessThanOrEqual(ratePerS + pace.burst + 1);
});

test("a start is no burst", () => {
  const bucket = tokenBucket({ ratePerS: 10, burst: 50 }, 0);
  expect([bucket.take(0), bucket.take(0), bucket.take(50), bucket.take(100)]).toEqual([0, 100, 50, 0]);
});

test("a clock that is set back by an hour stops nothing for longer than one event", () => {
  const bucket = tokenBucket({ ratePerS: 10, burst: 5 }, 3_600_000);
  expect(bucket.take(3_600_000)).toBe(0);
  expect(bucket.take(0)).toBe(100);
  expect(bucket.take(100)).toBe(0);
});

test("nothing is sent before it is due, and what is due is not slept for", async () => {
  const clock = steeredClock(() => 3);
  const next = pacer(clock);
  expect(next(clock.now(), never)).toBeUndefined();
  const dueMs = clock.now() + 150_000;
  await next(dueMs, never);
  expect(clock.now()).toBeGreaterThanOrEqual(dueMs);
  expect(clock.now()).toBeLessThan(dueMs + 20);
});

test("a source that is behind catches up at no more than twice its rate", async () => {
  const clock = steeredClock(() => 0);
  const next = pacer(clock, catchUpPace(100, 1));
  const startMs = clock.now();
  for (let sent = 0; sent < 1000; sent++) await next(0, never);
  expect(clock.now() - startMs).toBeGreaterThanOrEqual(4_990);
});

test("an abort ends the wait at once", async () => {
  const stop = new AbortController();
  const waiting = pacer(systemClock)(systemClock.now() + 600_000, stop.signal);
  stop.abort();
  await waiting;
  expect(stop.signal.aborted).toBe(true);
});

test.each([200, 20_000])("on the real clock %d events/s are never exceeded", async (ratePerS) => {
  const pace = steadyPace(ratePerS, 20);
  const next = pacer(systemClock, pace);
  const startMs = systemClock.now();
  const count = Math.ceil(ratePerS / 4);
  for (let sent = 0; sent < count; sent++) await next(0, never);
  const elapsedS = (systemClock.now() - startMs) / 1000;
  expect(count).toBeLessThanOrEqual(1 + (elapsedS + 0.001) * ratePerS * 1.02);
  expect(elapsedS).toBeLessThan(10);
});
