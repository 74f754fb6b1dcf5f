import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readCount, readNumber } from "./numbers.ts";

const inside = <T>(read: (bytes: Uint8Array, start: number, end: number) => T, text: string): T => {
  const bytes = new TextEncoder().encode(`9${text}9`);
  return read(bytes, 1, bytes.length - 1);
};
const count = (text: string) => inside(readCount, text);
const number = (text: string) => inside(readNumber, text);

describe("numbers in cells", () => {
  test.each(["", "-1", "+1", "1.5", "1e3", "12a", "NaN", "0x10", " 1", "1234567890123456"])(
    "%p is no whole number",
    (text) => expect(count(text)).toBe(-1),
  );

  test("every whole number up to 15 digits is read exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (value) => {
        expect(count(String(value))).toBe(value);
        expect(count(`${value}.00`)).toBe(value);
      }),
    );
  });

  test.each([
    "",
    "-",
    ".",
    "1.2.3",
    "--1",
    "NaN",
    "Infinity",
    "1,5",
    "0x10",
    "1e",
    "e5",
    "1 2",
    "9".repeat(50),
  ])("%p is no number", (text) => expect(number(text)).toBeNaN());

  test("every decimal is the double that the runtime reads", () => {
    const decimal = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 });
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 12 }), (value, digits) => {
        for (const text of [String(value), value.toFixed(digits), value.toExponential(digits)])
          if (text.length <= 40) expect(number(text)).toBe(Number(text));
      }),
    );
  });
});
