import { expect, test } from "bun:test";
import fc from "fast-check";
import { cards, defaultCards } from "../../cards.ts";
import { planFleet, requestsPerS } from "./fleet.ts";
import { peakLoad } from "./load-curve.ts";

const names = ["a", "b", "c", "d", "e"];

test("a low rate needs one GPU of each kind, with a model each", () => {
  const fleet = planFleet({ models: ["a", "b"], cards: defaultCards, ratePerS: 1 });
  expect(
    fleet.map(({ model, cards: own, firstIndex }) => [model, own.map(({ name }) => name), firstIndex]),
  ).toEqual([
    ["a", ["RTX 3090"], 0],
    ["b", ["A100 40GB"], 1],
  ]);
});

test("a fleet is large enough for the busiest hour, and not twice as large", () => {
  const capacity = planFleet({ models: ["a"], cards: defaultCards, ratePerS: 200 })
    .flatMap(({ cards: own }) => own)
    .reduce((sum, card) => sum + requestsPerS(card), 0);
  expect(capacity).toBeGreaterThan(200 * peakLoad);
  expect(capacity).toBeLessThan(2 * 200 * peakLoad);
});

test("for any wish, every model and kind of card has a server and every GPU one index", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: names.length }),
      fc.subarray([...cards], { minLength: 1 }),
      fc.double({ min: 0.01, max: 100_000, noNaN: true }),
      fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined }),
      (models, kinds, ratePerS, gpus) => {
        const wish = {
          models: names.slice(0, models),
          cards: kinds,
          ratePerS,
          ...(gpus === undefined ? {} : { gpus }),
        };
        const fleet = planFleet(wish);
        expect(new Set(fleet.map(({ model }) => model)).size).toBe(models);
        expect(new Set(fleet.flatMap(({ cards: own }) => own)).size).toBe(kinds.length);
        for (const server of fleet) expect(new Set(server.cards).size).toBe(1);
        let next = 0;
        for (const { firstIndex, cards: own } of fleet) {
          expect(firstIndex).toBe(next);
          next += own.length;
        }
        if (gpus !== undefined && gpus >= Math.max(models, kinds.length) + kinds.length)
          expect(next).toBe(gpus);
        expect(next).toBeLessThanOrEqual(Math.max(600, 512 + kinds.length));
        expect(fleet.length).toBeLessThanOrEqual(18);
      },
    ),
  ));
