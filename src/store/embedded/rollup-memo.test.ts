import { expect, test } from "bun:test";
import { zeroSums } from "../../telemetry/rollup.ts";
import type { RollupRow } from "../port.ts";
import { blockLengthMs, blockStart, RollupMemo } from "./rollup-memo.ts";

const row: RollupRow = { dimensions: {}, sums: zeroSums(), newestMs: 1, oldestMs: 1 };
const rows = (count: number) => Array.from({ length: count }, () => row);
const START = Date.UTC(2026, 0, 5, 10);

test.each([
  [10, START, START],
  [10, START + 599_999, START],
  [10, START + 600_000, START + 600_000],
  [60, START + 3_599_999, START],
  [60, -1, -3_600_000],
])("a bucket of %d s at %d is in the block that starts at %d", (resolutionS, bucketMs, start) => {
  expect(blockStart(resolutionS, bucketMs)).toBe(start);
  expect(bucketMs - start).toBeLessThan(blockLengthMs(resolutionS));
});

test("a block is remembered per shape until a rollup in it changes", () => {
  const memo = new RollupMemo();
  const totals = rows(1);
  const perHost = rows(3);
  memo.put(10, START, "totals", totals);
  memo.put(10, START, "by host", perHost);
  memo.put(60, START, "totals", totals);
  memo.touch(10, START + 600_000);
  memo.touch(10, START - 1);
  expect(memo.get(10, START, "totals")).toBe(totals);
  expect(memo.get(10, START, "by host")).toBe(perHost);
  expect(memo.get(10, START, "by model")).toBeUndefined();
  memo.touch(10, START + 599_999);
  expect(memo.get(10, START, "totals")).toBeUndefined();
  expect(memo.get(10, START, "by host")).toBeUndefined();
  expect(memo.get(60, START, "totals")).toBe(totals);
  memo.clear();
  expect(memo.get(60, START, "totals")).toBeUndefined();
});

test("memory is bounded: the blocks that were not asked for longest go first", () => {
  const memo = new RollupMemo(10);
  const block = (number: number) => START + number * 600_000;
  for (let number = 0; number < 5; number += 1) memo.put(10, block(number), "totals", rows(2));
  expect(memo.get(10, block(0), "totals")).toHaveLength(2);
  memo.put(10, block(5), "totals", rows(2));
  expect(memo.get(10, block(1), "totals")).toBeUndefined();
  expect(memo.get(10, block(0), "totals")).toHaveLength(2);
  memo.put(10, block(6), "totals", rows(6));
  expect(memo.get(10, block(6), "totals")).toBeUndefined();
  memo.put(10, block(0), "totals", rows(3));
  expect(memo.get(10, block(0), "totals")).toHaveLength(3);
});
