import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { observations, quantile, rebucket, shareWithin } from "./histogram.ts";

const bounds = [1, 2, 4];

describe("a share of the observations lies below", () => {
  test.each([
    ["no observations", [], 0.5, null],
    ["in the middle of a bucket", [0, 10], 0.5, 1.5],
    ["at its end", [5, 5], 0.5, 1],
    ["in the first bucket, which begins at 0", [4], 0.5, 0.5],
    ["above the last bound", [1, 0, 0, 9], 0.95, 4],
    ["past empty buckets", [1, 0, 1], 0.75, 3],
  ] as const)("%s", (_name, counts, share, value) => expect(quantile({ bounds, counts }, share)).toBe(value));
});

describe("at or below a value lie", () => {
  test.each([
    ["nobody known", [], 1, null],
    ["exactly, at a bound", [3, 1], 1, 0.75],
    ["half of a bucket", [0, 2], 1.5, 0.5],
    ["none of those above the last bound", [0, 0, 0, 2], 100, 0],
    ["all", [1, 1, 1], 4, 1],
  ] as const)("%s", (_name, counts, value, share) =>
    expect(shareWithin({ bounds, counts }, value)).toBe(share),
  );
});

const histograms = fc
  .uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 })
  .map((list) => list.sort((a, b) => a - b))
  .chain((own) =>
    fc.record({
      bounds: fc.constant(own),
      counts: fc.array(fc.nat(50), { minLength: own.length + 1, maxLength: own.length + 1 }),
    }),
  );
const others = fc
  .uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 })
  .map((list) => list.sort((a, b) => a - b));

test("in other buckets there are as many observations, none negative", () => {
  fc.assert(
    fc.property(histograms, others, (histogram, into) => {
      const counts = rebucket(histogram, into);
      expect(counts.length).toBe(into.length + 1);
      expect(observations({ counts })).toBe(observations(histogram));
      expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    }),
  );
});

test("where a bound is kept, as many observations lie below it as before", () => {
  fc.assert(
    fc.property(histograms, others, (histogram, more) => {
      const into = [...new Set([...histogram.bounds, ...more])].sort((a, b) => a - b);
      const counts = rebucket(histogram, into);
      const below = (own: readonly number[], list: readonly number[], bound: number) =>
        own.filter((one) => one <= bound).reduce((sum, _, at) => sum + list[at]!, 0);
      for (const bound of histogram.bounds)
        expect(below(into, counts, bound)).toBe(below(histogram.bounds, histogram.counts, bound));
    }),
  );
});

test("a quantile never falls as the share rises, and its share lies below it", () => {
  const shares = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(histograms, shares, shares, (histogram, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      const value = quantile(histogram, low);
      if (value === null) return;
      expect(quantile(histogram, high)!).toBeGreaterThanOrEqual(value);
      if (value < histogram.bounds.at(-1)!) expect(shareWithin(histogram, value)!).toBeCloseTo(low, 6);
    }),
  );
});
