import { expect, test } from "bun:test";
import { crc32c } from "./crc32c.ts";

const bytes = (length: number, at: (index: number) => number) => Uint8Array.from({ length }, (_, i) => at(i));

test("checksums are those of RFC 3720, appendix B.4", () => {
  expect(crc32c(bytes(32, () => 0))).toBe(0x8a9136aa);
  expect(crc32c(bytes(32, () => 0xff))).toBe(0x62a8ab43);
  expect(crc32c(bytes(32, (i) => i))).toBe(0x46dd794e);
  expect(crc32c(bytes(32, (i) => 31 - i))).toBe(0x113fdb5c);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

test("any part of a buffer, itself a part of another one, has the checksum that it has bit by bit", () => {
  const data = bytes(200, (i) => (i * 151) ^ (i >>> 3)).subarray(3);
  for (let from = 0; from < 20; from++)
    for (let to = from; to < from + 70; to++) expect(crc32c(data, from, to)).toBe(bitByBit(data, from, to));
});

function bitByBit(data: Uint8Array, from: number, to: number): number {
  let crc = -1;
  for (const byte of data.subarray(from, to)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
