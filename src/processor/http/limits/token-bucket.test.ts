import { expect, test } from "bun:test";
import { TokenBuckets } from "./token-bucket.ts";

test("a client may burst, then waits for the next take, and rests back to a full burst", () => {
  const buckets = new TokenBuckets({ perSecond: 2, burst: 3 });
  expect([0, 0, 0, 0].map((ms) => buckets.take("a", ms))).toEqual([0, 0, 0, 0.5]);
  expect(buckets.take("a", 500)).toBe(0);
  expect(buckets.take("a", 500)).toBe(0.5);
  expect([1, 2, 3, 4].map((n) => buckets.take("a", 60_000 + n)).filter((wait) => wait === 0)).toHaveLength(3);
});

test("clients do not use up each other's takes", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
  expect([buckets.take("a", 0), buckets.take("b", 0), buckets.take("a", 0)]).toEqual([0, 0, 1]);
});

test("a clock that steps back neither gives nor takes anything", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
  buckets.take("a", 10_000);
  expect(buckets.take("a", 0)).toBe(1);
});

test("it remembers no more clients than it may, the latest ones", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1, maxClients: 2 });
  for (const client of ["a", "b", "c", "c"]) buckets.take(client, 0);
  expect(buckets.size).toBe(2);
  expect([buckets.take("c", 0), buckets.take("a", 0)]).toEqual([1, 0]);
});
