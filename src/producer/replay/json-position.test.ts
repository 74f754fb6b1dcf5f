import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jsonErrorAt, placeOf } from "./json-position.ts";

describe("where a text stops being JSON", () => {
  test.each([
    ["", 0],
    ["{", 1],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{"a":tru}', 5],
    ["[1,2,]", 5],
    ["[1 2]", 3],
    ["{} {}", 3],
    ['["a\nb"]', 1],
    ["[01]", 2],
    ["]", 0],
    ["[}", 1],
  ])("%j: at %i", (text, at) => expect(jsonErrorAt(text)).toBe(at));

  test("JSON has no such place", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(jsonErrorAt(text)).toBe(text.length);
      }),
    );
  });

  test("every text that the runtime refuses has one, and what stands before it is no error", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, insert) => {
        const text = json.slice(0, at % (json.length + 1)) + insert + json.slice(at % (json.length + 1));
        const place = jsonErrorAt(text);
        expect(place).toBeLessThanOrEqual(text.length);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (isJson) expect(place).toBe(text.length);
      }),
    );
  });

  test("a place is a line and a column from 1", () => {
    expect(placeOf("ab\ncd\nef", 0)).toEqual({ line: 1, column: 1 });
    expect(placeOf("ab\ncd\nef", 4)).toEqual({ line: 2, column: 2 });
  });

  test("lists nested a million deep are no trouble", () => {
    expect(jsonErrorAt("[".repeat(1_000_000))).toBe(1_000_000);
  });
});
