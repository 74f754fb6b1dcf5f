import { expect, test } from "bun:test";
import { closest, edits } from "./closest.ts";

test.each([
  ["statsu", "status", 1],
  ["", "ab", 2],
  ["same", "same", 0],
  ["--dry-rnu", "--dry-run", 1],
  ["kitten", "sitting", 3],
  ["ab", "abcdefgh", 3],
] as const)("%s and %s are %d edits apart", (a, b, distance) => expect(edits(a, b)).toBe(distance));

test.each([
  ["confgi", ["config", "completion"], "config"],
  ["--dat", ["--data", "--date"], undefined],
  ["xy", ["up"], undefined],
  ["pu", ["up"], "up"],
  ["-x", ["-r", "-q"], undefined],
  ["repotr", ["report", "report"], "report"],
  ["nothing", ["alike"], undefined],
])("the suggestion for %s among %j is %p", (word, candidates, expected) =>
  expect(closest(word, candidates)).toBe(expected),
);
