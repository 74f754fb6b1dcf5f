import { expect, test } from "bun:test";
import fc from "fast-check";
import { compress, decompress } from "./codecs.ts";
import { unpackLz4Frame } from "./lz4.ts";
import { unpackSnappy } from "./snappy.ts";
import { Unreadable } from "./unreadable.ts";

const javaSnappy = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1];
const lz4Frame = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
const bytes = (numbers: readonly number[]) => Uint8Array.from(numbers);

/** What `unpack` gives, or nothing when it says that it cannot. */
function tried(unpack: () => Uint8Array): Uint8Array | undefined {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

test("any bytes are either unpacked or unreadable, whatever the codec", () => {
  const begun = fc.constantFrom<readonly number[]>([], javaSnappy, lz4Frame);
  fc.assert(
    fc.property(
      fc.integer({ min: -1, max: 8 }),
      begun,
      fc.uint8Array({ maxLength: 200 }),
      (codec, start, rest) => {
        tried(() => decompress(codec, bytes([...start, ...rest])));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("what gzip and zstd packed comes back; what was cut off gives no more than was there", () => {
  const data = fc.uint8Array({ minLength: 1, maxLength: 500 });
  fc.assert(
    fc.property(fc.constantFrom("gzip", "zstd"), data, fc.nat(), (name, plain, cut) => {
      const packed = compress(name, plain);
      const unpack = (bytes: Uint8Array) => decompress(name === "gzip" ? 1 : 4, bytes);
      expect(Buffer.compare(unpack(packed), plain)).toBe(0);
      const part = tried(() => unpack(packed.subarray(0, cut % packed.length))) ?? new Uint8Array(0);
      expect(Buffer.compare(plain.subarray(0, part.length), part)).toBe(0);
    }),
  );
});

test("nothing unpacks to more than the bound", () => {
  // One byte, then matches of it: 255 more for every byte of the length.
  const lz4 = bytes([...lz4Frame, 0x05, 1, 0, 0, 0x1f, 0x41, 1, 0, ...Array(256).fill(255), 0, 0, 0, 0, 0]);
  const block = lz4.length - lz4Frame.length - 8;
  new DataView(lz4.buffer).setUint32(lz4Frame.length, block, true);
  expect(unpackLz4Frame(lz4, 100_000).length).toBe(1 + 19 + 256 * 255);
  expect(() => unpackLz4Frame(lz4, 10_000)).toThrow("unpack to more than 10000 bytes");

  // A length of 6,401, one byte, then a hundred copies of 64 bytes from one byte back.
  const copies = Array.from({ length: 100 }, () => [0xfe, 1, 0]).flat();
  const snappy = bytes([0x81, 0x32, 0x00, 0x41, ...copies]);
  expect(unpackSnappy(snappy, 10_000)).toEqual(new Uint8Array(6_401).fill(0x41));
  expect(() => unpackSnappy(snappy, 5_000)).toThrow("unpack to more than 5000 bytes");
});

test("a copy from before the beginning, and an unknown codec, are unreadable", () => {
  expect(tried(() => unpackSnappy(bytes([4, 0x0e, 1, 0]), 100))).toBeUndefined();
  expect(tried(() => decompress(5, bytes([1])))).toBeUndefined();
});
