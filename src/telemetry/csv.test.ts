import { expect, test } from "bun:test";
import fc from "fast-check";
import { csvText } from "./csv.ts";

test.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\nlines", '"two\nlines"'],
  [" padded ", '" padded "'],
  ["", '""'],
  [null, ""],
  [1.5, "1.5"],
  [true, "true"],
])("csvText writes %p as %p", (value, field) => expect(csvText(["h"], [[value]])).toBe(`h\r\n${field}\r\n`));

/** Reads what RFC 4180 says, one character after the other. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (quoted && letter === '"' && text[at + 1] === '"') field += text[at++];
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === ",") {
      rows.at(-1)!.push(field);
      field = "";
    } else if (!quoted && letter === "\r" && text[at + 1] === "\n") {
      rows.at(-1)!.push(field);
      rows.push([]);
      field = "";
      at++;
    } else field += letter;
  }
  return rows.slice(0, -1);
}

test("whatever stands in a table is read back from its CSV", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", ",", '"', "\r", "\n", " ", "é", "=") });
  fc.assert(
    fc.property(fc.array(fc.tuple(letters, letters), { maxLength: 8 }), (rows) =>
      expect(parse(csvText(["x", "y"], rows))).toEqual([["x", "y"], ...rows]),
    ),
  );
});
