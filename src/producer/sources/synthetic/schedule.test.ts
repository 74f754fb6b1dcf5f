import { expect, test } from "bun:test";
import { effectiveRate, offsetMs } from "./schedule.ts";
import { readingInterval } from "./timing.ts";

test.each([
  ["evenly spaced without a pause", { ratePerS: 10, batch: 2, sleepS: 0 }, [0, 100, 200, 300, 400]],
  ["a pause after every full batch", { ratePerS: 10, batch: 2, sleepS: 5 }, [0, 100, 5200, 5300, 10400]],
  ["a pause after every event", { ratePerS: 1000, batch: 1, sleepS: 1 }, [0, 1001, 2002, 3003, 4004]],
])("%s", (_title, schedule, offsets) => {
  expect([0, 1, 2, 3, 4].map((n) => offsetMs(n, schedule))).toEqual(offsets);
});

test.each([
  [{ ratePerS: 200, batch: 20, sleepS: 0 }, 200],
  [{ ratePerS: 200, batch: 20, sleepS: 0.1 }, 100],
  [{ ratePerS: 200, batch: 20, sleepS: 1.9 }, 10],
])("%j gives %d events a second in the long run", (schedule, rate) => {
  expect(effectiveRate(schedule)).toBeCloseTo(rate, 9);
  expect((20_000 * 1000) / offsetMs(20_000, schedule)).toBeCloseTo(rate, 6);
});

test.each([
  ["few GPUs are read as asked", 10, 2, 200, 10],
  ["GPUs never take more than half of the events", 10, 2, 0.1, 40],
  ["an interval is never longer than a day", 10, 2, 1e-6, 86_400],
])("%s", (_title, askedS, gpus, ratePerS, intervalS) => {
  expect(readingInterval(askedS, gpus, { ratePerS, batch: 1, sleepS: 0 })).toBe(intervalS);
});
