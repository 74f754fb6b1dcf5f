import { expect, test } from "bun:test";
import fc from "fast-check";
import type { OutRecord } from "../port.ts";
import { CHUNK_BYTES, decodeChunk, encodeChunk, splitRuns } from "./chunk.ts";

const record = (
  value: Uint8Array,
  key: string | null = null,
  headers?: Record<string, string>,
): OutRecord => ({
  topic: "t",
  key,
  value,
  ...(headers && { headers }),
});

const words = fc.string({ unit: "grapheme" });
const anyRecord = fc
  .tuple(
    fc.uint8Array({ maxLength: 3000 }),
    fc.option(words),
    fc.option(fc.dictionary(words, words), { nil: undefined }),
  )
  .map(([value, key, headers]) => record(value, key, headers));

test("whatever goes into a chunk comes out of it, byte for byte", () => {
  const property = fc.property(
    fc.array(anyRecord, { minLength: 1, maxLength: 30 }),
    fc.nat(),
    (records, first) => {
      const back = decodeChunk(encodeChunk(records, 17), first);
      expect(back.map(({ offset }) => offset)).toEqual(records.map((_, index) => first + index));
      for (const [index, { key, value, headers }] of records.entries()) {
        expect(back[index]).toEqual({
          offset: first + index,
          key,
          value: Buffer.from(value),
          headers: { ...headers },
          appendedMs: 17,
        });
      }
    },
  );
  fc.assert(property, { numRuns: 200 });
});

test("similar values are stored compressed, incompressible and small ones as they are", () => {
  const similar = Array.from({ length: 100 }, (_, i) => record(Buffer.from(`{"host":"node-1","seq":${i}}`)));
  expect(encodeChunk(similar, 0).body.length).toBeLessThan(1000);
  const random = record(crypto.getRandomValues(new Uint8Array(5000)));
  expect(encodeChunk([random], 0).body.length).toBe(5008);
  expect(encodeChunk([record(Buffer.alloc(100))], 0).body.length).toBe(108);
});

test("a chunk with one flipped bit is refused", () => {
  const chunk = encodeChunk([record(Buffer.from("abc"), "k")], 0);
  const body = Uint8Array.from(chunk.body);
  body[body.length - 1]! ^= 1;
  expect(() => decodeChunk({ ...chunk, body }, 0)).toThrow("checksum mismatch");
  expect(() => decodeChunk({ ...chunk, count: 2 }, 0)).toThrow("length mismatch");
});

test("runs stay below the limit, and a larger record is a run of its own", () => {
  const small = Array.from({ length: 1000 }, () => record(Buffer.alloc(1000), "key", { a: "b" }));
  const runs = splitRuns([...small, record(Buffer.alloc(2 * CHUNK_BYTES)), ...small.slice(0, 3)]);
  expect(runs.flat().length).toBe(1004);
  const sizes = runs.map((run) => run.reduce((sum, one) => sum + one.value.length, 0));
  expect(sizes.filter((size) => size > CHUNK_BYTES)).toEqual([2 * CHUNK_BYTES]);
  expect(runs.length).toBe(6);
  expect(splitRuns([])).toEqual([]);
});
