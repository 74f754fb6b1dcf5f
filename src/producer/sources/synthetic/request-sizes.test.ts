import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { drawTokens, inputTokens, meanTokens, outputTokens } from "./request-sizes.ts";

const rows = readFileSync("assets/samples/azure-llm-inference-2023-conv.csv", "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.trim().split(",").slice(1).map(Number));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const logs = (values: readonly number[]) => {
  const all = values.map((value) => Math.log(value));
  const location = mean(all);
  return { location, scale: Math.sqrt(mean(all.map((value) => (value - location) ** 2))) };
};

test.each<[string, typeof inputTokens | typeof outputTokens, number[]]>([
  ["input", inputTokens, rows.map((row) => row[0]!)],
  ["output", outputTokens, rows.map((row) => row[1]!)],
])("the distribution of %s tokens is the fit to the published trace", (_name, of, measured) => {
  const fit = logs(measured);
  expect(of.location).toBeCloseTo(fit.location, 3);
  expect(of.scale).toBeCloseTo(fit.scale, 3);
  expect<number>(of.largest).toBe(Math.max(...measured));
  expect(Math.abs(meanTokens(of) / mean(measured) - 1)).toBeLessThan(0.1);
});

test("drawn sizes have the location and scale they are drawn from, and follow the load", () => {
  const draw = (load: number) =>
    Array.from({ length: 10_000 }, (_, at) => drawTokens(inputTokens, load, 7, at, 2));
  const fit = logs(draw(1));
  expect(Math.abs(fit.location - inputTokens.location)).toBeLessThan(0.05);
  expect(Math.abs(fit.scale - inputTokens.scale)).toBeLessThan(0.05);
  expect(mean(draw(0.5)) / mean(draw(1))).toBeCloseTo(0.5, 1);
});

test("a size is a whole number from one to the largest, whatever the load", () => {
  for (const load of [0, 0.001, 1, 1000])
    for (let at = 0; at < 500; at++) {
      const tokens = drawTokens(outputTokens, load, 1, at, 0);
      expect(Number.isInteger(tokens) && tokens >= 1 && tokens <= outputTokens.largest).toBe(true);
    }
});
