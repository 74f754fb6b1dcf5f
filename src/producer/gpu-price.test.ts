import { expect, test } from "bun:test";
import { gpuPrice, priceList } from "./gpu-price.ts";

const parsed = (raw: unknown) => (priceList.parse(raw) as { value: Record<string, number> }).value;

test.each([
  [
    "the user's for its name",
    { prices: parsed("H100=3.5,H100*PCIe=2"), pricePerHourUsd: 9 },
    2_000_000,
    "config",
  ],
  ["the user's for all", { prices: parsed("A100=1"), pricePerHourUsd: 9 }, 9_000_000, "config"],
  ["none that is known", { prices: undefined, pricePerHourUsd: undefined }, 0, "unknown"],
] as const)("the price of a card is %s", (_name, settings, micro, source) => {
  const model = source === "unknown" ? "Home-made GPU" : "NVIDIA H100 PCIe";
  expect(gpuPrice(model, settings)).toEqual({ price_per_hour_microusd: micro, price_source: source });
});

test("without a price of one's own the book's counts", () =>
  expect(gpuPrice("NVIDIA H100 80GB HBM3", { prices: undefined, pricePerHourUsd: undefined })).toMatchObject({
    price_source: "price-book",
  }));

test("prices are read from text and from a mapping, and printed as text", () => {
  expect(parsed("H100=3.50, A100*80GB=2")).toEqual({ H100: 3_500_000, "A100*80GB": 2_000_000 });
  expect(parsed({ H100: 3.5, "RTX 3090": "0" })).toEqual({ H100: 3_500_000, "RTX 3090": 0 });
  expect(priceList.print!(parsed("H100=3.50,A=2"))).toBe("H100=3.5,A=2");
});

test.each(["", "H100", "H100=-1", "=3", "H100=cheap", [["H100=1"]], {}, 7, "H100=99999"])(
  "%j is not a list of prices",
  (raw) => expect(priceList.parse(raw)).toHaveProperty("problem"),
);
