import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as format from "./format.ts";

describe("formatUsd", () => {
  test.each([
    [0, undefined, "$0.00"],
    [1, undefined, "$0.000001"],
    [9_999, undefined, "$0.009999"],
    [10_000, undefined, "$0.0100"],
    [1_234_567, undefined, "$1.2346"],
    [1_234_567, 2, "$1.23"],
    [1_235_000, 2, "$1.24"],
    [-1_235_000, 2, "-$1.24"],
    [-1, 2, "$0.00"],
    [1_234_567_890_123, undefined, "$1,234,567.89"],
    [999_999, 0, "$1"],
    [Number.MAX_SAFE_INTEGER, 6, "$9,007,199,254.740991"],
    [null, undefined, "–"],
    [Number.NaN, undefined, "–"],
  ] as const)("%p with %p digits is %s", (micro, digits, text) =>
    expect(format.formatUsd(micro, digits)).toBe(text),
  );

  test("six digits are the exact amount, whatever its size", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micro) => {
        const text = format.formatUsd(micro, 6).replace(/[$,.]/g, "");
        expect(BigInt(text)).toBe(BigInt(micro));
      }),
    );
  });
});

test.each([
  [format.formatCount(22_361_870), "22,361,870"],
  [format.formatCount(-999.6), "-1,000"],
  [format.formatCount(-0.2), "0"],
  [format.formatCount(null), "–"],
  [format.formatDecimal(1234.5, 2), "1,234.50"],
  [format.formatDecimal(Number.POSITIVE_INFINITY, 2), "–"],
  [format.formatCompact(999), "999"],
  [format.formatCompact(12_345), "12.3k"],
  [format.formatCompact(999_960), "1.0M"],
  [format.formatCompact(0.25), "0.3"],
  [format.formatBytes(0), "0 B"],
  [format.formatBytes(1536), "1.5 KiB"],
  [format.formatBytes(1024 ** 3 - 1), "1.0 GiB"],
  [format.formatBytes(-2048), "-2.0 KiB"],
  [format.formatEnergy(812), "812 J"],
  [format.formatEnergy(3_400), "3.4 kJ"],
  [format.formatEnergy(3.6e6), "1.000 kWh"],
  [format.formatEnergy(3.6e8), "100.0 kWh"],
  [format.formatEnergy(812, 3.6e6), "0.000 kWh"],
  [format.formatEnergy(3.4e6, 3.6e8), "0.9 kWh"],
  [format.formatPercent(0.42), "42.0 %"],
  [format.formatPercent(null), "–"],
  [format.formatDuration(850), "850 ms"],
  [format.formatDuration(12_340), "12.3 s"],
  [format.formatDuration(59_960), "1 m 00 s"],
  [format.formatDuration(252_000), "4 m 12 s"],
  [format.formatDuration(3_720_000), "1 h 02 m"],
  [format.formatDuration(3_599_999), "1 h 00 m"],
  [format.formatDuration(76 * 3_600_000), "3 d 04 h"],
  [format.formatDuration(-1500), "-1.5 s"],
  [format.formatDuration(null), "–"],
])("%s reads %s", (actual, expected) => expect(actual).toBe(expected));

test("printable shows control characters and keeps everything else", () => {
  expect(format.printable("a\u0007b\u009bc\u2067d")).toBe("a�b�c�d");
  expect(format.printable("Llama 3 – 模型 🦙")).toBe("Llama 3 – 模型 🦙");
});
