import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Ca3Error } from "../support/errors.ts";
import type { ArgsDef } from "./command.ts";
import { parseCommand } from "./parse.ts";
import { readWords } from "./words.ts";

const args = {
  "dry-run": { type: "boolean", description: "" },
  yes: { type: "boolean", alias: "y", description: "" },
  quiet: { type: "boolean", alias: "q", description: "" },
  color: { type: "boolean", default: true, description: "" },
  region: { type: "string", alias: "r", description: "" },
  offset: { type: "string", default: "7", description: "" },
  replay: { type: "string", multiple: true, description: "" },
  output: { type: "enum", alias: "o", options: ["text", "json"], default: "text", description: "" },
  name: { type: "positional", required: false, description: "" },
} as const satisfies ArgsDef;

const failure = (line: string) => {
  try {
    readWords(line.split(" "), args);
  } catch (error) {
    if (error instanceof Ca3Error) return [error.code, error.message, error.hint];
  }
  return "nothing thrown";
};

test.each([
  ["--dry-rnu", "unknown flag --dry-rnu", "did you mean --dry-run?"],
  ["--regoin us-east-1", "unknown flag --regoin", "did you mean --region?"],
  ["--no-region", "unknown flag --no-region", undefined],
  ["--no-yse", "unknown flag --no-yse", "did you mean --no-yes?"],
  ["-x", "unknown flag -x", undefined],
  ["-qxy", "unknown flag -x in -qxy", undefined],
  ["-dry-run", "unknown flag -dry-run", "did you mean --dry-run?"],
  ["--region", "--region needs a value", undefined],
  ["--region --yes", "--region needs a value", "--region=--yes if --yes is the value"],
  ["--region -- x", "--region needs a value", undefined],
  ["--region=", "--region needs a value, got an empty one", undefined],
  ["-r", "-r needs a value", undefined],
  ["--yes=maybe", '--yes takes no value, got "maybe"', "--yes or --yes=false"],
  ["-y=1", "-y takes no value, got -y=1", undefined],
  ["--output jsno", "--output must be one of text, json, got jsno", "--output json"],
  ["--region a --region b", "--region is given twice, as a and b", "give it once"],
  ["--__proto__ x", "unknown flag --__proto__", undefined],
])("refuses %s", (line, message, hint) => {
  expect(failure(line)).toEqual(["CA3_USAGE", message, hint]);
});

describe("a correct line becomes typed arguments", () => {
  const defaults = { "dry-run": false, yes: false, quiet: false, color: true, offset: "7", replay: [] };
  const rest = { output: "text" as const, region: undefined, name: undefined };
  test.each([
    ["", {}],
    ["--dry-run -y", { "dry-run": true, yes: true }],
    ["-qy", { quiet: true, yes: true }],
    ["-yr eu", { yes: true, region: "eu" }],
    ["-reu", { region: "eu" }],
    ["-r=eu", { region: "eu" }],
    ["--region=a=b", { region: "a=b" }],
    ["--offset -3", { offset: "-3" }],
    ["--offset -.5", { offset: "-.5" }],
    ["--region -", { region: "-" }],
    ["--region=--yes", { region: "--yes" }],
    ["--no-color", { color: false }],
    ["--color=false", { color: false }],
    ["--no-color=false", { color: true }],
    ["--yes --no-yes", { yes: false }],
    ["--no-yes --yes", { yes: true }],
    ["--replay a --replay=b --replay a", { replay: ["a", "b", "a"] }],
    ["-ojson", { output: "json" }],
    ["one", { name: "one" }],
    ["-- --yes", { name: "--yes" }],
    ["--region a --region a", { region: "a" }],
  ])("%p", async (line, expected) => {
    const { args: values } = await parseCommand("ca3 x", line.split(" ").filter(Boolean), args);
    expect(values).toEqual({ ...defaults, ...rest, ...expected } as typeof values);
  });
});

test("given holds what stood on the line and no defaults", async () => {
  const { given } = await parseCommand("ca3 x", ["--replay", "a", "-y", "--no-color"], args);
  expect(given).toEqual({ replay: ["a"], yes: true, color: false });
});

test("words after -- are handed on untouched when the command declares them", async () => {
  const { rest } = await parseCommand("ca3 x", ["-y", "--", "get", "-h", "--", "--yes"], args, {
    rest: true,
  });
  expect(rest).toEqual(["get", "-h", "--", "--yes"]);
});

const positional = (more: object = {}) => ({ type: "positional", description: "", ...more }) as const;
test.each([
  [{}, "x", "surplus argument x: ca3 t takes no arguments"],
  [{ id: positional() }, "a b", "surplus argument b: ca3 t takes 1 at most"],
  [{ id: positional() }, "", "ca3 t needs ID"],
  [{ file: positional({ valueHint: "TRACE" }) }, "", "ca3 t needs TRACE"],
  [{ ids: positional({ multiple: true }) }, "", "ca3 t needs IDS"],
  [{ to: { type: "string", required: true, description: "" } }, "", "ca3 t needs --to"],
] as [ArgsDef, string, string][])("positionals %j refuse %p", async (defs, line, message) => {
  await expect(parseCommand("ca3 t", line.split(" ").filter(Boolean), defs)).rejects.toThrow(message);
});

test("a repeatable positional takes all that follow", async () => {
  const defs = { topic: positional(), ids: positional({ multiple: true, required: false }) } as const;
  const { args: values } = await parseCommand("ca3 t", ["t1", "a", "b"], defs as unknown as ArgsDef);
  expect(values as unknown).toEqual({ topic: "t1", ids: ["a", "b"] });
});

test("no line makes the guard throw anything but CA3_USAGE", async () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "--",
      "-",
      "--region",
      "--yes",
      "-r",
      "-qy",
      "--output",
      "json",
      "--no-color",
      "--replay=",
    ),
    fc.string().map((text) => `--${text}`),
    fc.string().map((text) => `-${text}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
      try {
        await parseCommand("ca3 x", words, args);
      } catch (error) {
        expect(error).toBeInstanceOf(Ca3Error);
        expect((error as Ca3Error).code).toBe("CA3_USAGE");
      }
    }),
    { numRuns: 500 },
  );
});
