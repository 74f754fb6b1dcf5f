import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { formatCount } from "../support/format.ts";
import { a100Sxm40, cards, rtx3090 } from "./cards.ts";
import { powerW } from "./gpu-power.ts";
import { servingCapacity } from "./serving-capacity.ts";

test.each([
  [rtx3090, 1_989, 1_217, 39],
  [a100Sxm40, 8_742, 2_785, 64],
])("capacity of $name is what its data sheet allows", (card, prefill, decode, batch) => {
  const capacity = servingCapacity(card);
  expect(Math.abs(capacity.prefillTokensPerS / prefill - 1)).toBeLessThan(0.01);
  expect(Math.abs(capacity.decodeTokensPerS / decode - 1)).toBeLessThan(0.01);
  expect(capacity.batch).toBe(batch);
});

test("a card too small for the weights still decodes one sequence at a time", () => {
  expect(servingCapacity({ ...rtx3090, memTotalMib: 8_192 })).toMatchObject({ batch: 1, kvBytes: 0 });
});

test.each(cards.map((card) => [card.name, card] as const))(
  "power of %s goes from idle to the limit, without a dip",
  (_name, card) => {
    expect([powerW(card, 0), powerW(card, 1)]).toEqual([card.idleW, card.tdpW]);
    const steps = Array.from({ length: 101 }, (_, at) => powerW(card, at / 100));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  },
);

test("both cards of the default fleet carry the known memory and price", () => {
  expect(
    cards
      .slice(0, 2)
      .map(({ name, memTotalMib, priceMicroUsdPerHour }) => [name, memTotalMib, priceMicroUsdPerHour]),
  ).toEqual([
    ["RTX 3090", 24_576, 850_000],
    ["A100 40GB", 40_960, 3_200_000],
  ]);
});

test.each(cards.map((card) => [card.name, card] as const))(
  "the documented numbers of %s are these",
  (name, card) => {
    const { prefillTokensPerS, decodeTokensPerS } = servingCapacity(card);
    const cells = [
      ...[
        name,
        `${formatCount(card.memTotalMib)} MiB`,
        `${card.idleW} W`,
        `${card.tdpW} W`,
        `${card.fp16Tflops} T/s`,
      ],
      ...[`${formatCount(card.bandwidthGBps)} GB/s`, `${(card.priceMicroUsdPerHour / 1e6).toFixed(2)} $/h`],
      ...[`${formatCount(prefillTokensPerS)} tokens/s`, `${formatCount(decodeTokensPerS)} tokens/s`],
    ];
    expect(readFileSync("docs/modelled-gpus.md", "utf8")).toContain(`| ${cells.join(" | ")} |`);
  },
);
