import { describe, expect, test } from "bun:test";
import { pointsOf } from "../chart/frame.ts";
import type { Gpu, Series } from "../data/types.ts";
import { cardsOf, describeCards } from "./cards.ts";
import { canLabel, heatPixels, parseHex, rampOf, rowHeight } from "./heat.ts";

const gpu = (uuid: string, host: string, index: number, gpuModel = "A100 40GB"): Gpu => ({
  ...{
    uuid,
    host,
    index,
    gpuModel,
    servedModel: null,
    team: null,
    source: "synthetic",
    quality: "synthetic",
  },
  ...{ at: "2026-11-23T09:00:00Z", ageSeconds: 1, intervalSeconds: 10, utilization: 0.5 },
  ...{ memUsedBytes: 1, memTotalBytes: 2, powerWatts: 100, powerLimitWatts: null, temperatureCelsius: null },
  ...{ microUsdPerHour: 3_200_000, priceSource: "price-book", fraction: 1 },
});
const lines = (...keys: string[]): Series =>
  ({ series: keys.map((key) => ({ key, values: {} })) }) as unknown as Series;

describe("cards", () => {
  test("stand in order of host and index, however their ids sort, and those never read stand last", () => {
    const readings = [gpu("a", "node-10", 0), gpu("b", "node-9", 10), gpu("c", "node-9", 9)];
    const cards = cardsOf(lines("", "a", "b", "c", "z"), readings);
    expect(cards.map(({ name, line }) => [name, line])).toEqual([
      ["node-9 #9 A100 40GB", 3],
      ["node-9 #10 A100 40GB", 2],
      ["node-10 #0 A100 40GB", 1],
      ["z", 4],
    ]);
  });

  test("of one host are called without it", () =>
    expect(cardsOf(lines("a"), [gpu("a", "vm", 0)])[0]!.name).toBe("#0 A100 40GB"));

  test("are told by kind, the most frequent first", () => {
    const readings = [gpu("a", "h", 0), gpu("b", "h", 1, "H100"), gpu("c", "h", 2, "H100")];
    expect(describeCards(cardsOf(lines("a", "b", "c"), readings))).toBe("2 × H100, A100 40GB");
    const many = ["p", "q", "r", "s", "t"].map((name, at) => gpu(name, "h", at, name));
    expect(describeCards(cardsOf(lines("p", "q", "r", "s", "t"), many))).toBe("p, q, r, 2 more kinds");
  });
});

describe("the strip of all cards", () => {
  test.each([
    [1, 22, true],
    [8, 22, true],
    [24, 20, true],
    [40, 12, false],
    [200, 2, false],
    [500, 1, false],
  ])("gives %d cards rows of %d px", (cards, height, labelled) => {
    expect(rowHeight(cards)).toBe(height);
    expect(canLabel(height)).toBe(labelled);
  });

  test("has a pixel per card and point, transparent where nothing is known", () => {
    const ramp = rampOf([0, 0, 0], [255, 100, 0]);
    const pixels = heatPixels([[0, 1], [null, 2], [0.5]], 2, 1, ramp);
    expect([...pixels]).toEqual([
      ...[0, 0, 0, 255, 255, 100, 0, 255],
      ...[0, 0, 0, 0, 255, 100, 0, 255],
      ...[130, 51, 0, 255, 0, 0, 0, 0],
    ]);
  });

  test.each([
    ["#0b7a75", [11, 122, 117]],
    [" #FFFFFF ", [255, 255, 255]],
    ["teal", [0, 0, 0]],
  ])("reads the colour %s", (text, rgb) => expect(parseHex(text)).toEqual(rgb as never));
});

test("a row has a column per point, per span when they are few, and none while there is no answer", () => {
  expect(pointsOf({ stepped: false, times: [1, 2, 3] })).toBe(3);
  expect(pointsOf({ stepped: true, times: [1, 2, 3] })).toBe(2);
  expect(pointsOf({ stepped: true, times: [] })).toBe(0);
});
