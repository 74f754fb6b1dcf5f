import { expect, test } from "bun:test";
import { Pressure } from "./pressure.ts";

/** What waits at each look, when so many are done between two of them. */
function levels(done: number, looks: number): { waiting: number[]; pressure: Pressure } {
  const pressure = new Pressure(5_000, 256_000);
  const waiting: number[] = [];
  for (let left = 0, look = 0; look < looks; look++) {
    left += pressure.next(left);
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
