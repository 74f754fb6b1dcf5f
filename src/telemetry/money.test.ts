import { expect, test } from "bun:test";
import fc from "fast-check";
import { gpuCostNanoUsd, microUsd } from "./money.ts";

test.each([
  ["one hour at 0.85 $/h", 850_000, 3_600_000, 1, 850_000_000],
  ["one second at 3.2 $/h", 3_200_000, 1_000, 1, 888_889],
  ["a quarter of a GPU for an hour", 3_200_000, 3_600_000, 0.25, 800_000_000],
  ["no time", 3_200_000, 0, 1, 0],
  ["no price", 0, 3_600_000, 1, 0],
])("gpuCostNanoUsd: %s", (_name, price, ms, fraction, nano) =>
  expect(gpuCostNanoUsd(price, ms, fraction)).toBe(nano),
);

test("four quarters of a GPU cost as much as the whole one", () => {
  fc.assert(
    fc.property(fc.nat(100_000_000), fc.nat(86_400_000), (price, ms) => {
      const whole = gpuCostNanoUsd(price, ms, 1);
      expect(Math.abs(4 * gpuCostNanoUsd(price, ms, 0.25) - whole)).toBeLessThanOrEqual(2);
    }),
  );
});

test("a price change in the middle is integrated, not sampled", () => {
  const before = gpuCostNanoUsd(microUsd(1), 1_800_000, 1);
  const after = gpuCostNanoUsd(microUsd(3), 1_800_000, 1);
  expect(before + after).toBe(2_000_000_000);
});
