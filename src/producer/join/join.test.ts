import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createGpuDirectory } from "./directory.ts";
import { globMatches } from "./glob.ts";
import { joinRules } from "./rule-type.ts";
import { type JoinRule, joinGpu, joinTokens } from "./rules.ts";

test.each([
  ["node-1", "node-1", true],
  ["node-1", "Node-1", true],
  ["node-1", "node-11", false],
  ["node-*", "node-11", true],
  ["*-1", "node-11", false],
  ["vllm-*-7b-*", "vllm-qwen-7b-abc", true],
  ["vllm-*-7b-*", "vllm-7b-abc", false],
  ["a*a", "a", false],
  ["*", "", true],
  ["a.c", "abc", false],
])("the pattern %s and the text %s: %p", (pattern, text, fits) =>
  expect(globMatches(pattern, text)).toBe(fits),
);

const rules: readonly JoinRule[] = [
  { gpu: "GPU-7", model: "special" },
  { host: "node-1", model: "llama", team: "search", costCenter: "42" },
  { host: "node-2", model: "llama", team: "research" },
  { pod: "qwen-*", namespace: "prod", model: "qwen", tenant: "acme" },
  { host: "node-3", gpu: "1", team: "spare" },
  { model: "gpt-*", project: "chat" },
  { endpoint: "http://10.0.0.9:*", team: "edge" },
];
const gpu = { host: "node-9", gpu: "GPU-1", index: 0 };

describe("what rules say about a GPU", () => {
  test.each([
    ["nothing fits", {}, {}],
    ["its host", { host: "node-1" }, { servedModel: "llama", team: "search", costCenter: "42" }],
    [
      "its id before its host",
      { host: "node-1", gpu: "GPU-7" },
      { servedModel: "special", team: "search", costCenter: "42" },
    ],
    ["its pod", { pod: "qwen-0", namespace: "prod" }, { servedModel: "qwen", tenant: "acme" }],
    ["a pod of another namespace", { pod: "qwen-0", namespace: "dev" }, {}],
    ["its index on a host", { host: "node-3", index: 1 }, { team: "spare" }],
    ["another index", { host: "node-3", index: 11 }, {}],
  ])("%s", (_name, place, facts) => expect(joinGpu(rules, { ...gpu, ...place })).toEqual(facts));
});

describe("what rules say about tokens", () => {
  test.each([
    ["nothing fits", { model: "other", host: "x" }, {}],
    ["their model on a host", { model: "llama", host: "node-2" }, { team: "research" }],
    [
      "their model on a host no rule names",
      { model: "llama", host: "x" },
      { team: "search", costCenter: "42" },
    ],
    ["a pattern for models", { model: "gpt-oss", host: "x" }, { project: "chat" }],
    ["their endpoint", { model: "m", host: "x", endpoint: "http://10.0.0.9:8000/metrics" }, { team: "edge" }],
    ["another endpoint", { model: "m", host: "x", endpoint: "http://10.0.0.8:8000/metrics" }, {}],
  ])("%s", (_name, place, facts) => expect(joinTokens(rules, place)).toEqual(facts));
});

describe("rules as a setting", () => {
  test("text and mappings say the same", () => {
    const text = 'host=node-1 model=meta/llama team="Data Science"; pod=vllm-* model=qwen';
    const value = [
      { host: "node-1", model: "meta/llama", team: "Data Science" },
      { pod: "vllm-*", model: "qwen" },
    ];
    expect(joinRules.parse(text)).toEqual({ value });
    expect(joinRules.parse(value)).toEqual({ value });
    expect(joinRules.print!(value)).toBe(text);
  });

  test.each([
    ["host", "key=value"],
    ["host=node-1", "two keys"],
    ["team=a project=b", "needs one of host"],
    ["hostname=a model=b", "unknown key hostname"],
    [[{ host: "a", model: { b: 1 } }], "model: expected text"],
    [[3], "list of rules"],
    ['host="a model=b', "key=value"],
  ])("%j is refused: %s", (raw, words) =>
    expect((joinRules.parse(raw) as { problem: string }).problem).toContain(words),
  );

  test("what is printed is read back", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9*/.:;-]([A-Za-z0-9 */.:;=-]{0,8}[A-Za-z0-9])?$/);
    const rule = fc.record({ host: word, model: word, team: word }, { requiredKeys: ["host", "model"] });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), (value) =>
        expect(joinRules.parse(joinRules.print!(value)) as unknown).toEqual({ value }),
      ),
    );
  });
});

describe("where tokens ran", () => {
  const directory = createGpuDirectory();
  directory.saw("dcgm a", [
    { gpu: "GPU-1", host: "node-1", servedModel: "llama" },
    { gpu: "GPU-2", host: "node-1", servedModel: "qwen", pod: "qwen-0", namespace: "prod" },
  ]);
  directory.saw("dcgm b", [
    { gpu: "GPU-3", host: "node-2.example.com", servedModel: "llama" },
    { gpu: "GPU-4", host: "node-2.example.com", servedModel: "phi" },
    { gpu: "GPU-5", host: "node-2.example.com", servedModel: "phi" },
  ]);
  test.each([
    ["a model on two hosts", { model: "llama", host: "node-1" }, { host: "node-1", gpus: ["GPU-1"] }],
    ["the same elsewhere", { model: "llama", host: "elsewhere" }, { host: "elsewhere", gpus: [] }],
    [
      "the same by a short name",
      { model: "llama", host: "NODE-2" },
      { host: "node-2.example.com", gpus: ["GPU-3"] },
    ],
    [
      "a model on one host",
      { model: "phi", host: "elsewhere" },
      { host: "node-2.example.com", gpus: ["GPU-4", "GPU-5"] },
    ],
    ["a pod", { model: "unknown", host: "x", pod: "qwen-0" }, { host: "node-1", gpus: ["GPU-2"] }],
    [
      "a pod of another namespace",
      { model: "u", host: "x", pod: "qwen-0", namespace: "dev" },
      { host: "x", gpus: [] },
    ],
    ["an address", { model: "unknown", host: "10.0.0.1" }, { host: "10.0.0.1", gpus: [] }],
  ])("%s", (_name, tokens, home) => expect(directory.homeOf(tokens)).toEqual(home));

  test("a source that no longer sees a GPU takes it away", () => {
    directory.saw("dcgm b", []);
    expect(directory.homeOf({ model: "phi", host: "x" })).toEqual({ host: "x", gpus: [] });
  });
});
