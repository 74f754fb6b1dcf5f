import { expect, test } from "bun:test";
import {
  formatRate,
  formatSeconds,
  formatSignificant,
  formatTick,
  formatUsdTick,
  formatWatts,
  plural,
} from "./numbers.ts";
import { formatAge, formatMoment, formatSpan, fromInputValue, toInputValue } from "./times.ts";

test.each([
  [0.0922015, "0.0922"],
  [0.00099996, "0.00100"],
  [3.349, "3.35"],
  [512.6, "513"],
  [9.999, "10.0"],
  [12345.6, "12,346"],
  [0, "0"],
  [-0.5, "-0.500"],
  [null, "–"],
  [Number.NaN, "–"],
])("three digits of %p are %s", (value, text) => expect(formatSignificant(value)).toBe(text));

test.each([
  [0.84, "0.840"],
  [37.24, "37.2"],
  [4100.2, "4,100"],
  [128_400, "128.4k"],
  [null, "–"],
])("a rate of %p reads %s", (value, text) => expect(formatRate(value)).toBe(text));

test.each([
  [formatTick(300_000), "300k"],
  [formatTick(2_500_000), "2.5M"],
  [formatTick(20), "20"],
  [formatTick(0), "0"],
  [formatTick(8_000), "8,000"],
  [formatTick(0.0004), "0.0004"],
  [formatTick(2.5), "2.5"],
  [formatUsdTick(0), "$0"],
  [formatUsdTick(15e6), "$15"],
  [formatUsdTick(0.5e6), "$0.50"],
  [formatUsdTick(1_250e6), "$1,250"],
  [formatUsdTick(2_500), "$0.002500"],
  [formatWatts(512.6), "513 W"],
  [formatWatts(84_200), "84.2 kW"],
  [formatSeconds(0.0421), "42 ms"],
  [formatSeconds(12.345), "12.3 s"],
  [plural(1, "card"), "1 card"],
  [plural(2_000, "card"), "2,000 cards"],
])("%s", (text, expected) => expect(text).toBe(expected));

const now = Date.parse("2026-11-23T09:41:12Z");
test.each([
  [formatMoment(now - 1000, now), "09:41:11 UTC"],
  [formatMoment(Date.parse("2023-11-16T19:14:10Z"), now), "16 Nov 2023, 19:14 UTC"],
  [formatSpan(now, now + 3_600_000), "23 Nov 2026, 09:41 – 10:41 UTC"],
  [formatSpan(now, now + 86_400_000), "23 Nov 2026, 09:41 – 24 Nov 2026, 09:41 UTC"],
  [formatAge(400), "under 1 s"],
  [formatAge(5_761), "5 s"],
  [formatAge(252_000), "4 m 12 s"],
  [formatAge(95_264_824_867), "3.0 years"],
  [formatAge(null), "–"],
])("%s", (text, expected) => expect(text).toBe(expected));

test("a time goes into an input and comes back, as UTC", () => {
  expect(toInputValue(now)).toBe("2026-11-23T09:41");
  expect(fromInputValue("2026-11-23T09:41")).toBe(now - 12_000);
  expect(fromInputValue("soon")).toBeUndefined();
});
