import { expect, test } from "bun:test";
import { normal, pick, uniform, upperEnds } from "./random.ts";

const COUNT = 20_000;
const draw = (of: (position: number) => number) =>
  Array.from({ length: COUNT }, (_, position) => of(position));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

test("the same seed, position and purpose give the same number", () => {
  expect([uniform(1, 2, 3), uniform(1, 2 ** 40, 3)]).toEqual([uniform(1, 2, 3), uniform(1, 2 ** 40, 3)]);
});

test.each([
  ["seed", uniform(2, 7, 3)],
  ["position", uniform(1, 8, 3)],
  ["position beyond 32 bits", uniform(1, 7 + 2 ** 32, 3)],
  ["purpose", uniform(1, 7, 4)],
])("another %s gives another number", (_what, other) => expect(other).not.toBe(uniform(1, 7, 3)));

test("numbers are even over 0 to 1", () => {
  const values = draw((position) => uniform(42, position, 0));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(mean(values)).toBeCloseTo(0.5, 1);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = values.filter((value) => Math.floor(value * 10) === tenth).length / COUNT;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
  }
});

test("purposes are independent of each other", () => {
  const [a, b] = [draw((at) => uniform(42, at, 0)), draw((at) => uniform(42, at, 1))];
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, at) => (value - meanA) * (b[at]! - meanB)));
  expect(Math.abs(covariance / (spread(a) * spread(b)))).toBeLessThan(0.03);
});

test("normal numbers have mean 0 and spread 1", () => {
  const values = draw((position) => normal(42, position, 0));
  expect(Math.abs(mean(values))).toBeLessThan(0.03);
  expect(Math.abs(spread(values) - 1)).toBeLessThan(0.03);
});

test.each([
  [[1, 3], 0, 0],
  [[1, 3], 0.2499, 0],
  [[1, 3], 0.25, 1],
  [[1, 3], 0.999, 1],
  [[0, 1], 0, 1],
  [[5], 0.5, 0],
])("weights %j at %d pick part %d", (weights, at, part) => expect(pick(upperEnds(weights), at)).toBe(part));
