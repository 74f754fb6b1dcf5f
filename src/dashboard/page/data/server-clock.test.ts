import { expect, test } from "bun:test";
import { createServerClock } from "./server-clock.ts";

test("a viewer's clock that is right is believed, also when answers take a moment", () => {
  const clock = createServerClock(() => 1_000_000);
  clock.learn(998_000);
  expect(clock.now()).toBe(1_000_000);
});

test("one that is an hour slow is corrected, and again when it is set right", () => {
  let nowMs = 1_000_000;
  const clock = createServerClock(() => nowMs);
  clock.learn(4_600_000);
  expect(clock.now()).toBe(4_600_500);
  nowMs = 4_601_000;
  clock.learn(4_601_000);
  expect(clock.now()).toBe(4_601_000);
});
