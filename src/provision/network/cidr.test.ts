import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  contains,
  containsAddress,
  formatAddress,
  formatCidr,
  overlaps,
  parseAddress,
  parseCidr,
} from "./cidr.ts";

const cidr = (text: string) => parseCidr(text)!;

test.each(["10.0.0.0/16", "0.0.0.0/0", "203.0.113.7/32", "255.255.255.0/24"])("%s is a block", (text) =>
  expect(formatCidr(cidr(text))).toBe(text),
);

test.each([
  "10.0.0.1/16",
  "10.0.0.0/33",
  "10.0.0/8",
  "256.0.0.0/8",
  "10.0.0.0",
  "a/8",
  "10.0.0.00/8",
  "::/0",
])("%s is none", (text) => expect(parseCidr(text)).toBeUndefined());

test("a block holds its parts and itself, not its neighbour", () => {
  expect(contains(cidr("10.0.0.0/16"), cidr("10.0.1.0/24"))).toBe(true);
  expect(contains(cidr("10.0.1.0/24"), cidr("10.0.0.0/16"))).toBe(false);
  expect(overlaps(cidr("10.0.1.0/24"), cidr("10.0.0.0/16"))).toBe(true);
  expect(overlaps(cidr("10.0.0.0/24"), cidr("10.0.1.0/24"))).toBe(false);
  expect(containsAddress(cidr("0.0.0.0/0"), parseAddress("198.51.100.9")!)).toBe(true);
});

test("every address is read as it is written", () =>
  fc.assert(fc.property(fc.nat(2 ** 32 - 1), (address) => parseAddress(formatAddress(address)) === address)));
