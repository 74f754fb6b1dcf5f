import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { a100Sxm40, defaultCards, rtx3090 } from "./cards.ts";
import type { GpuReading } from "./gpu-model.ts";
import { createGpuModel, modelledUuid } from "./gpu-model.ts";
import { powerW } from "./gpu-power.ts";
import { servingCapacity } from "./serving-capacity.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const fleet = { cards: defaultCards, host: "node-1", intervalS: 10 };
const busyS = (readings: readonly GpuReading[]) =>
  readings.reduce((sum, { utilization, intervalS }) => sum + utilization * intervalS, 0);

const tokens = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 120_000 }),
    input: fc.integer({ min: 0, max: 60_000 }),
    output: fc.integer({ min: 0, max: 20_000 }),
  }),
  { minLength: 1, maxLength: 40 },
);

test("a held fleet without tokens draws idle power, interval by interval", () => {
  const model = createGpuModel({ ...fleet, startMs: START });
  const readings = model.readingsUntil(START + 20_000);
  expect(
    readings.map(({ tsMs, index, utilization, powerW: watts, energyJ }) => [
      tsMs - START,
      index,
      utilization,
      watts,
      energyJ,
    ]),
  ).toEqual([
    [10_000, 0, 0, 20, 200],
    [10_000, 1, 0, 100, 1000],
    [20_000, 0, 0, 20, 200],
    [20_000, 1, 0, 100, 1000],
  ]);
  expect(model.readingsUntil(START + 20_000)).toEqual([]);
});

test("cards in one fleet are equally busy, so each serves in proportion to its capacity", () => {
  const model = createGpuModel({ ...fleet, startMs: START });
  const [small, large] = defaultCards.map((card) => servingCapacity(card));
  model.observe(START + 1, 5 * (small!.prefillTokensPerS + large!.prefillTokensPerS), 0);
  expect(model.readingsUntil(START + 10_000).map(({ utilization }) => utilization)).toEqual([0.5, 0.5]);
});

test("work beyond capacity waits for the next interval", () => {
  const model = createGpuModel({ cards: [a100Sxm40], host: "h", intervalS: 10, startMs: START });
  model.observe(START, 0, 25 * servingCapacity(a100Sxm40).decodeTokensPerS);
  expect(model.finish().map(({ utilization }) => utilization)).toEqual([1, 1, 0.5]);
});

test("tokens that come late are counted in the next reading, not lost", () => {
  const model = createGpuModel({ cards: [a100Sxm40], host: "h", intervalS: 10, startMs: START });
  model.readingsUntil(START + 20_000);
  model.observe(START + 1_000, 5 * servingCapacity(a100Sxm40).prefillTokensPerS, 0);
  expect(model.finish().map(({ tsMs, utilization }) => [tsMs - START, utilization])).toEqual([[30_000, 0.5]]);
});

test("nothing is read before the first token when no start is given", () => {
  const model = createGpuModel(fleet);
  expect(model.readingsUntil(START)).toEqual([]);
  expect(model.finish()).toEqual([]);
  model.observe(START + 25_000, 100, 10);
  expect(model.readingsUntil(START + 30_000).map(({ tsMs }) => tsMs - START)).toEqual([30_000, 30_000]);
});

test("a price that is given replaces the price of every card", () => {
  const prices = (priceMicroUsdPerHour?: number) =>
    createGpuModel({
      ...fleet,
      startMs: START,
      ...(priceMicroUsdPerHour === undefined ? {} : { priceMicroUsdPerHour }),
    })
      .readingsUntil(START + 10_000)
      .map((reading) => [reading.priceMicroUsdPerHour, reading.priceGiven]);
  expect(prices()).toEqual([
    [850_000, false],
    [3_200_000, false],
  ]);
  expect(prices(1_000_000)).toEqual([
    [1_000_000, true],
    [1_000_000, true],
  ]);
});

test.each([
  ["seed", modelledUuid(2, "h", 0, "RTX 3090")],
  ["host", modelledUuid(1, "g", 0, "RTX 3090")],
  ["index", modelledUuid(1, "h", 1, "RTX 3090")],
  ["card", modelledUuid(1, "h", 0, "A100 40GB")],
])("another %s is another GPU", (_what, other) => {
  const uuid = modelledUuid(1, "h", 0, "RTX 3090");
  expect(uuid).toMatch(/^GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(modelledUuid(1, "h", 0, "RTX 3090")).toBe(uuid);
  expect(other).not.toBe(uuid);
});

describe("for any tokens", () => {
  test("busy time is exactly the work, whenever it is read", () =>
    fc.assert(
      fc.property(tokens, fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 5 }), (all, reads) => {
        const model = createGpuModel({ cards: [rtx3090], host: "h", intervalS: 10, startMs: START });
        const { prefillTokensPerS, decodeTokensPerS } = servingCapacity(rtx3090);
        const steps = [
          ...all.map((one) => ({ ...one, read: false })),
          ...reads.map((atMs) => ({ atMs, input: 0, output: 0, read: true })),
        ].sort((a, b) => a.atMs - b.atMs);
        const readings = steps.flatMap(({ atMs, input, output, read }) => {
          if (read) return model.readingsUntil(START + atMs);
          model.observe(START + atMs, input, output);
          return [];
        });
        readings.push(...model.finish());
        const wantS = all.reduce(
          (sum, { input, output }) => sum + input / prefillTokensPerS + output / decodeTokensPerS,
          0,
        );
        expect(busyS(readings)).toBeCloseTo(wantS, 2);
        const times = readings.map(({ tsMs }) => tsMs);
        expect(times).toEqual(times.map((_, at) => START + (at + 1) * 10_000));
      }),
    ));

  test("energy and cost are the integrals of power and price over held time", () =>
    fc.assert(
      fc.property(tokens, fc.constantFrom(0.5, 1, 10, 60), (all, intervalS) => {
        const model = createGpuModel({ ...fleet, intervalS, startMs: START });
        for (const { atMs, input, output } of all) model.observe(START + atMs, input, output);
        const readings = model.finish();
        for (const card of defaultCards) {
          const own = readings.filter((reading) => reading.card === card);
          const heldS = (own.at(-1)!.tsMs - START) / 1000;
          expect(own.reduce((sum, one) => sum + one.intervalS, 0)).toBeCloseTo(heldS, 6);
          const joules = own.reduce((sum, one) => sum + powerW(card, one.utilization) * one.intervalS, 0);
          const rounding = own.length * 0.001 * Math.max(1, intervalS);
          expect(Math.abs(own.reduce((sum, one) => sum + one.energyJ, 0) - joules)).toBeLessThanOrEqual(
            rounding,
          );
          const microUsd = own.reduce(
            (sum, one) => sum + (one.priceMicroUsdPerHour * one.intervalS) / 3600,
            0,
          );
          expect(microUsd).toBeCloseTo((card.priceMicroUsdPerHour * heldS) / 3600, 3);
          for (const one of own) {
            expect(one.powerW).toBeGreaterThanOrEqual(card.idleW);
            expect(one.powerW).toBeLessThanOrEqual(card.tdpW);
            expect(one.memUsedBytes).toBeLessThanOrEqual(one.memTotalBytes);
          }
        }
      }),
      { numRuns: 50 },
    ));

  test("a model restored from its state goes on as if it had never stopped", () =>
    fc.assert(
      fc.property(tokens, fc.integer({ min: 0, max: 120_000 }), (all, cutMs) => {
        const ordered = [...all].sort((a, b) => a.atMs - b.atMs);
        const run = (restart: boolean) => {
          let model = createGpuModel({ ...fleet, startMs: START });
          const readings: GpuReading[] = [];
          let cut = false;
          for (const { atMs, input, output } of ordered) {
            if (restart && !cut && atMs >= cutMs) {
              model = createGpuModel({ ...fleet, state: JSON.parse(JSON.stringify(model.state())) });
              cut = true;
            }
            model.observe(START + atMs, input, output);
            readings.push(...model.readingsUntil(START + atMs));
          }
          return [...readings, ...model.finish()];
        };
        expect(run(true)).toEqual(run(false));
      }),
      { numRuns: 50 },
    ));
});
