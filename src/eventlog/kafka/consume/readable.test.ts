import { expect, test } from "bun:test";
import { encodeBatch } from "../wire/encode-batch.ts";
import { readable } from "./readable.ts";

const BATCHES = 20;
const PER_BATCH = 4;
const MIB = 1024 ** 2;

/** A batch as a broker would send it: with its place in the partition. */
function batchAt(baseOffset: number, value: Uint8Array, key: string | null = null): Buffer {
  const records = Array.from({ length: PER_BATCH }, () => ({ key, value }));
  const batch = encodeBatch(records, {
    ...{ producerId: -1n, producerEpoch: -1, baseSequence: -1, timestampMs: 1_000 },
    compression: "zstd",
  });
  batch.writeBigInt64BE(BigInt(baseOffset), 0);
  return batch;
}
const fetched = (value: Uint8Array, key?: string) => ({
  records: Buffer.concat(
    Array.from({ length: BATCHES }, (_, at) => batchAt(100 + at * PER_BATCH, value, key)),
  ),
  aborted: [],
});

test("a small fetch that unpacks to much is read a few batches at a time, and in the end all of it", () => {
  const part = fetched(new Uint8Array(MIB / 4));
  expect(part.records.length).toBeLessThan(MIB / 10);
  const offsets: number[] = [];
  let most = 0;
  for (let from = 100; from < 100 + BATCHES * PER_BATCH; ) {
    const { records, bytes, nextOffset } = readable(part, from, 3 * MIB);
    expect(nextOffset).toBe(records.at(-1)!.offset + 1);
    most = Math.max(most, bytes);
    offsets.push(...records.map(({ offset }) => offset));
    from = nextOffset;
  }
  expect(offsets).toEqual(Array.from({ length: BATCHES * PER_BATCH }, (_, at) => 100 + at));
  expect(most).toBeGreaterThan(2 * MIB);
  expect(most).toBeLessThan(4.1 * MIB);
});

test("keys count as values do", () => {
  const { records } = readable(fetched(new Uint8Array(1), "k".repeat(MIB / 4)), 100, 3 * MIB);
  expect(records.length).toBe(3 * PER_BATCH);
});

test("a batch that is larger than the bound is read all the same", () => {
  const { records, nextOffset } = readable(fetched(new Uint8Array(MIB)), 100, 1);
  expect([records.length, nextOffset]).toEqual([PER_BATCH, 100 + PER_BATCH]);
});

test("what lies before the offset does not count", () => {
  const { records } = readable(fetched(new Uint8Array(MIB)), 100 + PER_BATCH + 1, 1);
  expect(records.map(({ offset }) => offset)).toEqual([105, 106, 107]);
});
