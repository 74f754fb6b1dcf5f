import { expect, test } from "bun:test";
import { Pressure } from "./pressure.ts";

/** What waits at each look, when so many are done between two of them, and no more can be sent. */
function levels(done: number, looks: number, rate = Number.POSITIVE_INFINITY) {
  const pressure = new Pressure(5_000, 256_000);
  const waiting: number[] = [];
  let inFull = false;
  for (let left = 0, look = 0; look < looks; look++) {
    const more = pressure.next(left, inFull);
    inFull = more <= rate;
    left += Math.min(more, rate);
    waiting.push(left);
    left = Math.max(0, left - done);
  }
  return { waiting, pressure };
}

test("slow processors get as much as they can do, and are soon done with it", () => {
  const { waiting, pressure } = levels(500, 60);
  expect([Math.max(...waiting), pressure.outrun]).toEqual([5_000, false]);
});

test("fast ones get more and more, until they have work all the time", () => {
  const { waiting, pressure } = levels(20_000, 60);
  expect([waiting.at(-1), pressure.outrun]).toEqual([40_000, false]);
});

test("those that do everything at once are found out, and what is sent for them has a bound", () => {
  const { waiting, pressure } = levels(1e9, 60);
  expect([waiting[0], waiting.at(-1), pressure.outrun]).toEqual([5_000, 256_000, true]);
});

test("a sender that is slow itself does not raise the level, and is not taken for fast processors", () => {
  const { waiting, pressure } = levels(1_000, 60, 1_500);
  expect(Math.max(...waiting)).toBeLessThanOrEqual(5_000);
  expect(pressure.outrun).toBe(false);
  expect(levels(3_000, 60, 1_500).pressure.outrun).toBe(true);
});
