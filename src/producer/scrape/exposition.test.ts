import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseLine, type Sample } from "./exposition.ts";

const all = () => true;

test.each([
  ["up 1", { name: "up", labels: {}, value: 1 }],
  [
    'vllm:prompt_tokens_total{model_name="m",engine="0"} 1.5e3',
    { name: "vllm:prompt_tokens_total", labels: { model_name: "m", engine: "0" }, value: 1500 },
  ],
  ['a{b="c",} 2 1700000000000', { name: "a", labels: { b: "c" }, value: 2, atMs: 1_700_000_000_000 }],
  ["a 2 1700000000.5", { name: "a", labels: {}, value: 2, atMs: 1_700_000_000_500 }],
  ['a{path="C:\\\\x\\"q\\"\\n"} 3', { name: "a", labels: { path: 'C:\\x"q"\n' }, value: 3 }],
  ['a{le="+Inf"} +Inf', { name: "a", labels: { le: "+Inf" }, value: Number.POSITIVE_INFINITY }],
  ["a NaN", { name: "a", labels: {}, value: Number.NaN }],
  ['a{b="}"} 4 # {trace_id="x"} 0.5', { name: "a", labels: { b: "}" }, value: 4 }],
] as [string, Sample][])("%s", (line, sample) => expect(parseLine(line, all)).toEqual(sample));

test.each([
  ["# HELP up Whether it is up", "comment"],
  ["", "comment"],
  ["   ", "comment"],
  ["<html>", "malformed"],
  ["up", "malformed"],
  ["up one", "malformed"],
  ['a{b="c 1', "malformed"],
  ["a{b=c} 1", "malformed"],
])("%j is %s", (line, outcome) => expect(parseLine(line, all)).toBe(outcome as "comment"));

test("a name that is not wanted is not read further", () =>
  expect(parseLine('a{b="broken', (name) => name !== "a")).toBe("not wanted"));

test("any line gives an outcome and never throws", () => {
  fc.assert(fc.property(fc.string(), (line) => parseLine(line, all) !== undefined));
});

test("a written sample is read back", () => {
  const quoted = (text: string) =>
    text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  const label = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  fc.assert(
    fc.property(fc.dictionary(label, fc.string()), fc.double({ noNaN: true }), (given, value) => {
      const labels = { ...given };
      const text = Object.entries(labels).map(([key, word]) => `${key}="${quoted(word)}"`);
      const number = value === Infinity ? "+Inf" : String(value);
      const read = parseLine(`m{${text.join(",")}} ${number}`, all) as Sample;
      expect(read).toEqual({ name: "m", labels, value: Object.is(value, -0) ? 0 : value });
    }),
  );
});
