import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  addBuckets,
  bucketsOf,
  countLatency,
  decodeLatencies,
  encodeLatencies,
  LATENCY_BOUNDS_S,
  latencyNames,
  noLatencies,
  splitLatencies,
  sumLatencies,
} from "./latency.ts";

const times = fc.array(
  fc.tuple(fc.constantFrom(...latencyNames), fc.double({ min: 0, max: 5000, noNaN: true })),
  { maxLength: 30 },
);
const listOf = (observed: readonly (readonly [(typeof latencyNames)[number], number])[]) => {
  const counts = noLatencies();
  for (const [name, seconds] of observed) countLatency(counts, name, seconds);
  return counts;
};

describe("the bounds", () => {
  test("are what is stored in every file there is", () =>
    expect(LATENCY_BOUNDS_S.tpot).toEqual([
      0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1,
      1.5, 2,
    ]));
  test.each([
    ["ttft", 26, 0.01, 150],
    ["e2e", 27, 0.1, 2000],
  ] as const)("of %s: %i of them from %d to %d", (name, length, first, last) => {
    const list = LATENCY_BOUNDS_S[name];
    expect([list.length, list[0], list.at(-1)]).toEqual([length, first, last]);
  });
});

test.each([
  ["at a bound", 0.05, 8],
  ["just above it", 0.0500001, 9],
  ["below the first", 0, 0],
  ["above the last", 60, 19],
])("a time %s", (_name, seconds, bucket) => {
  const buckets = bucketsOf(listOf([["tpot", seconds]]), "tpot");
  expect(buckets.indexOf(1)).toBe(bucket);
});

test("one kind of time does not move the counts of another", () => {
  const counts = listOf([["tpot", 1]]);
  expect(bucketsOf(counts, "ttft")).toEqual([]);
  expect(bucketsOf(counts, "e2e")).toEqual([]);
});

test("lists add up, and adding changes neither", () => {
  fc.assert(
    fc.property(times, times, (one, other) => {
      const [a, b] = [listOf(one), listOf(other)];
      expect(sumLatencies(a, b)).toEqual(listOf([...one, ...other]));
      expect([a, b]).toEqual([listOf(one), listOf(other)]);
    }),
  );
  expect(sumLatencies(undefined, undefined)).toBeUndefined();
});

test("what is encoded, one or several, is decoded to the sum", () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 4 }), (lists) => {
      const counts = lists.map(listOf).filter((list) => list.some((count) => count > 0));
      const text = counts.map(encodeLatencies).join(" ");
      const sum = listOf(lists.flat());
      expect(decodeLatencies(text)).toEqual(counts.length === 0 ? undefined : sum);
    }),
  );
  expect(decodeLatencies(null)).toBeUndefined();
});

test("buckets without trailing zeros are added where they belong", () => {
  const counts = noLatencies();
  addBuckets(counts, "e2e", [0, 2]);
  expect(bucketsOf(counts, "e2e").slice(0, 3)).toEqual([0, 2, 0]);
});

test("the parts of a list sum up to it, none negative", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(times, weights, (observed, by) => {
      const parts = splitLatencies(listOf(observed), by);
      expect(parts.flat().every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      expect(parts.reduce((sum, part) => sumLatencies(sum, part)!)).toEqual(listOf(observed));
    }),
  );
});
