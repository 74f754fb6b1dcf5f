import { expect, test } from "bun:test";
import { readPreferences, wantsColor } from "./preferences.ts";

const none = { quiet: false, debug: false, json: false, color: undefined };

test.each([
  ["report", {}, none],
  ["report --quiet --debug", {}, { ...none, quiet: true, debug: true }],
  ["report -yq", {}, { ...none, quiet: true }],
  ["report", { CA3_DEBUG: "1" }, { ...none, debug: true }],
  ["report --output json", {}, { ...none, json: true }],
  ["report --output=json", {}, { ...none, json: true }],
  ["report -ojson", {}, { ...none, json: true }],
  ["report -o json", {}, { ...none, json: true }],
  ["report --output text", {}, none],
  ["report --no-color", {}, { ...none, color: false }],
  ["report --color", {}, { ...none, color: true }],
  ["report --color --no-color", {}, { ...none, color: false }],
  ["exec -- --no-color -q --output json --debug", {}, none],
])("%s with %j", (line, env, expected) => expect(readPreferences(line.split(" "), env)).toEqual(expected));

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "true" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ TERM: "dumb" }, true, false],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
])("with %j a stream that is a terminal (%p) is coloured: %p", (env, isTerminal, expected) =>
  expect(wantsColor(env, isTerminal)).toBe(expected),
);
