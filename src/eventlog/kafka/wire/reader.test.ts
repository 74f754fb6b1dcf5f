import { expect, test } from "bun:test";
import fc from "fast-check";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

const uint53 = fc.oneof(fc.nat(), fc.maxSafeNat());

test("numbers of any length come back, one after the other", () => {
  fc.assert(
    fc.property(fc.array(uint53), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (numbers, wide) => {
      const writer = new Writer(1);
      for (const one of numbers) writer.uvarint(one).int64(one);
      writer.int64(wide);
      const reader = new Reader(writer.buffer);
      for (const one of numbers) expect([reader.uvarint(), reader.int64()]).toEqual([one, one]);
      expect(reader.bigint64()).toBe(wide);
      expect(reader.left).toBe(0);
    }),
  );
});

test("texts come back, also those that are null, empty or not ASCII", () => {
  const text = fc.option(fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const writer = new Writer(1);
      writer.array(texts, (one) => writer.string(one).compactString(one));
      const reader = new Reader(writer.buffer);
      expect(reader.array(() => [reader.string(), reader.compactString()])).toEqual(
        texts.map((one) => [one, one]),
      );
    }),
  );
});

test("zigzag: small numbers of either sign are short", () => {
  const cases: [number[], number][] = [
    [[0], 0],
    [[1], -1],
    [[2], 1],
    [[0x7f], -64],
    [[0x80, 0x01], 64],
    [[0xfe, 0xff, 0xff, 0xff, 0x0f], 2 ** 31 - 1],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], -(2 ** 31)],
  ];
  for (const [bytes, wanted] of cases) expect(new Reader(Uint8Array.from(bytes)).varint()).toBe(wanted);
});

test("a buffer that ends too early is a RangeError, wherever it ends", () => {
  const writer = new Writer();
  writer.int32(7).string("abc").compactString("défg").uvarint(1e12).int64(5);
  const whole = Uint8Array.from(writer.buffer);
  const readAll = (data: Uint8Array) => {
    const reader = new Reader(data);
    return [reader.int32(), reader.string(), reader.compactString(), reader.uvarint(), reader.int64()];
  };
  expect(readAll(whole)).toEqual([7, "abc", "défg", 1e12, 5]);
  for (let end = 0; end < whole.length; end++)
    expect(() => readAll(whole.subarray(0, end))).toThrow(RangeError);
});
