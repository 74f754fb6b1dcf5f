import { expect, test } from "bun:test";
import { murmur2, partitionOfKey } from "./murmur2.ts";

// Expected values: `UtilsTest.testMurmur2` in Apache Kafka's Java client.
const known: readonly (readonly [string, number])[] = [
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
];

test.each(known)("murmur2 of %p is what Kafka's Java client computes", (text, hash) => {
  expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
});

test("a key maps to a partition in range, always the same, and keys spread over all of them", () => {
  expect(partitionOfKey("foobar", 12)).toBe((-790332482 & 0x7fffffff) % 12);
  expect(partitionOfKey("", 1)).toBe(0);
  const counts = new Array<number>(12).fill(0);
  for (let i = 0; i < 12_000; i += 1) {
    const partition = partitionOfKey(`GPU-${i}`, 12);
    counts[partition] = counts[partition]! + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1200);
});
