import { expect, test } from "bun:test";
import { legacyCostPerToken } from "./legacy-cost.ts";

test.each([
  ["a thousand tokens in half a minute at 0.85 $/h", 850_000, 1_000, 30, 0.85 / 120_000],
  ["another window", 3_600_000, 10, 10, 0.001],
  ["no price", 0, 10, 30, 0],
  ["no tokens", 850_000, 0, 30, null],
  ["no window", 850_000, 10, 0, null],
])("legacyCostPerToken: %s", (_name, price, tokens, windowS, expected) => {
  const cost = legacyCostPerToken(price, tokens, windowS);
  if (expected === null) expect(cost).toBeNull();
  else expect(cost).toBeCloseTo(expected, 15);
});
