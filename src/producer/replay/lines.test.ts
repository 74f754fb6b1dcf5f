import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ByteSource } from "./bytes.ts";
import { LineReader, MAX_LINE_BYTES } from "./lines.ts";
import { RowProblem } from "./row-problem.ts";

/** A file in memory that gives at most `most` bytes at a time. */
function fileOf(bytes: Uint8Array, most: number): ByteSource {
  return {
    size: bytes.length,
    read: (into, position) => {
      const part = bytes.subarray(position, position + Math.min(most, into.length));
      into.set(part);
      return part.length;
    },
    close: () => {},
  };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function linesOf(content: string, most = 7): string[] {
  const lines: string[] = [];
  const reader = new LineReader(fileOf(new TextEncoder().encode(content), most));
  while (reader.next()) lines.push(decoder.decode(reader.buffer.subarray(reader.start, reader.end)));
  return lines;
}

describe("lines", () => {
  test.each([
    ["", []],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\r\nb\r\n", ["a", "b"]],
    ["\n\na\n", ["", "", "a"]],
    ["\ufeffa\n\ufeffb", ["a", "\ufeffb"]],
    ["\r\n", [""]],
  ])("%j is read as %j", (content, expected) => expect(linesOf(content)).toEqual(expected));

  test("any text falls into the same lines, however it arrives", () => {
    const line = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/[\n\r\ufeff]/.test(text));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.integer({ min: 1, max: 64 }),
        fc.constantFrom("\n", "\r\n"),
        (lines, most, end) => {
          expect(linesOf(lines.map((each) => each + end).join(""), most)).toEqual(lines);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("a long line is read whole, and the hash sees every byte once", () => {
    const long = "x".repeat(700_000);
    const seen: number[] = [];
    const reader = new LineReader(fileOf(new TextEncoder().encode(`a\n${long}\nb`), 1 << 20), (bytes) =>
      seen.push(bytes.length),
    );
    const lengths: number[] = [];
    while (reader.next()) lengths.push(reader.end - reader.start);
    expect(lengths).toEqual([1, 700_000, 1]);
    expect(seen.reduce((sum, length) => sum + length, 0)).toBe(700_004);
    expect(reader.isTerminated).toBe(false);
  });

  test("a line beyond the limit is refused and the one after it is read", () => {
    const reader = new LineReader(
      fileOf(new TextEncoder().encode(`${"x".repeat(3 * MAX_LINE_BYTES)}\nnext\n`), 1 << 20),
    );
    expect(reader.next()).toBe(true);
    expect(() => reader.check()).toThrow(RowProblem);
    expect(reader.buffer.length).toBeLessThanOrEqual(4 * MAX_LINE_BYTES);
    expect(reader.next()).toBe(true);
    expect(() => reader.check()).not.toThrow();
    expect(reader.end - reader.start).toBe(4);
    expect(reader.line).toBe(2);
  });

  test("a NUL byte is found in its own line only", () => {
    const reader = new LineReader(fileOf(new TextEncoder().encode("one\ntw\0o\nthree"), 100));
    const verdicts: boolean[] = [];
    while (reader.next()) {
      try {
        reader.check();
        verdicts.push(true);
      } catch {
        verdicts.push(false);
      }
    }
    expect(verdicts).toEqual([true, false, true]);
  });
});
