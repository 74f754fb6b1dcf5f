import { expect, test } from "bun:test";
import { bookRow, priceBook, priceFor } from "./prices.ts";

test.each([
  ["NVIDIA GeForce RTX 3090", 850_000],
  ["NVIDIA A100-SXM4-40GB", 3_200_000],
  ["A100 40GB", 3_200_000],
  ["NVIDIA A100-SXM4-80GB", 3_430_881],
  ["NVIDIA A100 80GB PCIe", 3_430_881],
  ["NVIDIA H100 80GB HBM3", 6_880_000],
  ["NVIDIA H200", 7_912_000],
  ["NVIDIA L40S", 1_861_000],
  ["NVIDIA L4", 804_800],
  ["NVIDIA A10G", 1_006_000],
  ["NVIDIA A10", 750_000],
  ["Tesla T4", 526_000],
  ["Tesla V100-SXM2-16GB", 3_060_000],
  ["nvidia geforce rtx 4090", 690_000],
])("the price book knows %s", (name, microUsdPerHour) =>
  expect(priceFor(name)).toEqual({ microUsdPerHour, source: "price-book" }),
);

test.each(["NVIDIA GH200 480GB", "NVIDIA L40", "NVIDIA B200", "Radeon VII", "NVIDIA T400", ""])(
  "a card the book does not know has no price instead of a guessed one: %p",
  (name) => expect(priceFor(name)).toEqual({ microUsdPerHour: 0, source: "unknown" }),
);

test.each([
  ["part of the name, in any case", { h100: 2_500_000 }, 2_500_000],
  ["the longest of several that match", { H100: 1, "H100*HBM3": 2, NVIDIA: 3 }, 2],
  ["a price of nothing, because the card is paid for", { H100: 0 }, 0],
])("a user's own price wins over the book: %s", (_name, overrides, microUsdPerHour) =>
  expect(priceFor("NVIDIA H100 80GB HBM3", overrides)).toEqual({ microUsdPerHour, source: "config" }),
);

test("an override is a name and not a regular expression", () => {
  expect(priceFor("NVIDIA H100", { "H.00": 1, "(": 2 }).source).toBe("price-book");
});

test("every price says when and where it was found", () => {
  for (const { microUsdPerHour, asOf, source } of priceBook) {
    expect(microUsdPerHour).toBeGreaterThan(0);
    expect(microUsdPerHour).toSatisfy(Number.isSafeInteger);
    expect(asOf).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
    expect(source.length).toBeGreaterThan(10);
  }
  expect(bookRow("NVIDIA H100 PCIe")?.source).toContain("p5.48xlarge");
});
