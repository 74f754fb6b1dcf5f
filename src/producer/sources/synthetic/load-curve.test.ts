import { expect, test } from "bun:test";
import { loadAt, peakLoad } from "./load-curve.ts";

const DAY = Date.parse("2026-03-01T00:00:00Z");
const minutes = Array.from({ length: 1440 }, (_, minute) => loadAt(DAY + minute * 60_000));

test("the mean load of a day is 1", () => {
  expect(minutes.reduce((sum, load) => sum + load, 0) / minutes.length).toBeCloseTo(1, 6);
});

test("the night is quiet, office hours are busy, and nothing exceeds the peak", () => {
  expect(loadAt(DAY + 3 * 3_600_000)).toBeLessThan(0.5);
  expect(loadAt(DAY + 14 * 3_600_000)).toBe(peakLoad);
  expect(Math.max(...minutes)).toBeLessThanOrEqual(peakLoad);
});

test("load changes without steps, over midnight too", () => {
  for (let minute = 0; minute < 1440; minute++)
    expect(Math.abs(minutes[(minute + 1) % 1440]! - minutes[minute]!)).toBeLessThan(0.01);
});

test("every day is the same, also before 1970", () => {
  for (const at of [-86_400_000 * 3, 86_400_000])
    expect(loadAt(DAY + at + 5e6)).toBeCloseTo(loadAt(DAY + 5e6), 9);
  expect(loadAt(-1)).toBeGreaterThan(0);
});
