import { expect, test } from "bun:test";
import { definitions, wrap } from "./layout.ts";

test.each([
  ["one two three", 7, ["one two", "three"]],
  ["a\n\nb c", 3, ["a", "", "b c"]],
  ["averylongword x", 5, ["averylongword", "x"]],
  ["", 10, [""]],
] as const)("wrap(%j, %d)", (text, width, lines) => expect(wrap(text, width)).toEqual([...lines]));

test("terms stand left, meanings wrap on the right, a long term has its own line", () => {
  const items = [
    ["-q", "say nothing at all here"],
    ["--a-very-long-flag-name VALUE", "meaning"],
    ["x", ""],
  ] as const;
  expect(definitions(items, 46)).toEqual([
    `  -q${" ".repeat(26)}say nothing at`,
    `${" ".repeat(30)}all here`,
    "  --a-very-long-flag-name VALUE",
    `${" ".repeat(30)}meaning`,
    "  x",
  ]);
});
