import { expect, test } from "bun:test";
import fc from "fast-check";
import { roundToThousands, shareOut } from "./share.ts";

test.each([
  ["equal weights", 10, [1, 1], [5, 5]],
  ["a part that does not come out even", 10, [1, 1, 1], [3, 4, 3]],
  ["weight 0", 7, [0, 3, 0], [0, 7, 0]],
  ["nothing to share", 0, [1, 2], [0, 0]],
  ["nobody to share with", 0, [], []],
  ["a lone heir", 7, [9], [7]],
])("shareOut: %s", (_name, total, weights, parts) =>
  expect(shareOut(total, weights.map(BigInt))).toEqual(parts),
);

const total = fc.nat(Number.MAX_SAFE_INTEGER);
const weights = fc.array(fc.bigInt(0n, 1n << 80n), { minLength: 1, maxLength: 12 });

test("the parts are whole, not negative, and sum to the total exactly", () => {
  fc.assert(
    fc.property(total, weights, (amount, by) => {
      fc.pre(by.some((weight) => weight > 0n));
      const parts = shareOut(amount, by);
      expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
      expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(amount));
      for (const [at, weight] of by.entries()) if (weight === 0n) expect(parts[at]).toBe(0);
    }),
  );
});

test("a part never grows when its own weight shrinks", () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.array(fc.nat(50), { minLength: 2, maxLength: 6 }),
      fc.nat(5),
      fc.nat(50),
      (amount, by, at, less) => {
        const index = at % by.length;
        const smaller = by.map((weight, i) => BigInt(i === index ? Math.max(0, weight - less) : weight));
        fc.pre(smaller.some((weight) => weight > 0n));
        expect(shareOut(amount, smaller)[index]!).toBeLessThanOrEqual(
          shareOut(amount, by.map(BigInt))[index]!,
        );
      },
    ),
    { numRuns: 500 },
  );
});

test("amounts rounded together sum to the rounded sum", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000_000), { maxLength: 20 }), (amounts) => {
      const rounded = roundToThousands(amounts);
      const sum = (list: readonly number[]) => list.reduce((one, other) => one + other, 0);
      expect(sum(rounded)).toBe(Math.round(sum(amounts) / 1000));
      for (const [at, amount] of amounts.entries())
        expect(Math.abs(rounded[at]! - amount / 1000)).toBeLessThanOrEqual(1);
    }),
  );
});
