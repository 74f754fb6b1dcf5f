import { expect, test } from "bun:test";
import { Bell } from "./bell.ts";

test("who waits is woken by the next ring, once", async () => {
  const bell = new Bell();
  let woken = 0;
  const waiting = bell.wait().then(() => woken++);
  bell.ring();
  await waiting;
  expect(woken).toBe(1);
});

test("a ring before the wait is not lost", async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.wait();
  let early = true;
  const second = bell.wait().then(() => early);
  await Promise.resolve();
  early = false;
  bell.ring();
  expect(await second).toBe(false);
});
