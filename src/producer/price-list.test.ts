import { expect, test } from "bun:test";
import { priceLookup } from "./gpu-price.ts";
import { priceList } from "./price-list.ts";

const parsed = (raw: unknown) => (priceList.parse(raw) as { value: Record<string, number> }).value;

test.each([
  ["the one given for its name", 9_000_000, "H100=3.5,H100*PCIe=2", 2_000_000, "config"],
  ["the one given for all", 9_000_000, "A100=1", 9_000_000, "config"],
] as const)("the price of a card is %s", (_name, given, prices, microUsdPerHour, source) => {
  const price = priceLookup(given, parsed(prices));
  for (let again = 0; again < 2; again++)
    expect(price("NVIDIA H100 PCIe")).toEqual({ microUsdPerHour, source });
});

test("without one the book's counts, and what nobody knows is unknown", () => {
  expect(priceLookup(undefined)("NVIDIA H100 80GB HBM3").source).toBe("price-book");
  expect(priceLookup(undefined)("Home-made GPU")).toEqual({ microUsdPerHour: 0, source: "unknown" });
});

test("prices are read from text and from a mapping, and printed as text", () => {
  expect(parsed("H100=3.50, A100*80GB=2")).toEqual({ H100: 3_500_000, "A100*80GB": 2_000_000 });
  expect(parsed({ H100: 3.5, "RTX 3090": "0" })).toEqual({ H100: 3_500_000, "RTX 3090": 0 });
  expect(priceList.print!(parsed("H100=3.50,A=2"))).toBe("H100=3.5,A=2");
});

test.each([[""], ["H100"], ["H100=-1"], ["=3"], ["H100=cheap"], [["H100=1"]], [{}], [7], ["H100=99999"]])(
  "%j is not a list of prices",
  (raw) => expect(priceList.parse(raw)).toHaveProperty("problem"),
);
