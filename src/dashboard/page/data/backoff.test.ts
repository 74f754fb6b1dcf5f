import { expect, test } from "bun:test";
import { backoffMs, nextStepMs } from "./backoff.ts";

test.each([
  [1, 0, 500],
  [1, 1, 1_000],
  [2, 1, 2_000],
  [4, 0.5, 6_000],
  [20, 1, 30_000],
])("after %d failures and with luck %d one waits %d ms", (failures, random, ms) =>
  expect(backoffMs(failures, random)).toBe(ms),
);

test.each([
  ["in the middle of a step", 25_000, 32_000],
  ["right when a step has settled", 32_000, 42_000],
  ["when a step has ended and not settled", 31_000, 32_000],
])("%s the next look is when its end has settled", (_name, nowMs, expected) =>
  expect(nextStepMs(nowMs, 10_000)).toBe(expected),
);
