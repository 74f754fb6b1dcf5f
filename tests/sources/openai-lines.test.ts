import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type LoggedRequest, readLine } from "../../src/producer/openai-log/line.ts";
import { usageOf } from "../../src/producer/openai-log/usage.ts";
import { fixture } from "./page.ts";

const paths = {
  tenant: ["user", "metadata.user", "request.user"],
  team: ["metadata.team", "request.metadata.team"],
  project: ["metadata.project"],
};
const read = (text: string) => readLine(text, paths);
const lines = async (file: string) => (await fixture(`openai/${file}`)).trimEnd().split("\n").map(read);
const requestOf = (outcome: ReturnType<typeof read>): LoggedRequest =>
  typeof outcome === "object" && "request" in outcome ? outcome.request : expect.unreachable();

describe("lines that are responses", async () => {
  const all = await lines("responses.jsonl");
  test.each<[number, string, object]>([
    [
      0,
      "a chat completion with its details",
      {
        usage: { input: 120, output: 30, cacheRead: 64, reasoning: 12 },
        tenant: "acme",
        team: "search",
        project: "p1",
        finishReason: "stop",
        operation: "chat",
        estimated: false,
        times: { endMs: 1_780_315_200_000 },
      },
    ],
    [
      1,
      "a completion",
      { usage: { input: 10, output: 16 }, operation: "text_completion", finishReason: "length" },
    ],
    [
      2,
      "an embedding, which has no output",
      { usage: { input: 8, output: 0 }, operation: "embeddings", id: undefined, model: "bge-m3" },
    ],
    [
      3,
      "the Responses API",
      {
        usage: { input: 328, output: 52, cacheRead: 300, reasoning: 40 },
        tenant: "globex",
        finishReason: "completed",
      },
    ],
    [
      4,
      "a message whose cached tokens stand beside the input",
      {
        usage: { input: 1_120, output: 7, cacheRead: 1_000, cacheWrite: 100 },
        finishReason: "end_turn",
        times: {},
      },
    ],
    [5, "a failure", { errorType: "server_error", usage: { input: 50, output: 0 }, estimated: false }],
    [8, "the end of a stream", { usage: { input: 5, output: 2 }, operation: "chat" }],
    [9, "a response without usage, estimated", { usage: { input: 0, output: 5 }, estimated: true }],
  ])("line %i is %s", (at, _name, expected) => expect(requestOf(all[at]!)).toMatchObject(expected));

  test("parts of a stream are not requests", () => expect([all[6], all[7]]).toEqual(["part", "part"]));
  test("what cannot be read says why", () =>
    expect(all.slice(10)).toEqual([{ problem: "no model" }, { problem: "not a JSON object" }]));
});

describe("lines of a gateway", async () => {
  const all = await lines("gateway.jsonl");
  test("bring the times and whose request it was", () =>
    expect(requestOf(all[0]!)).toMatchObject({
      ...{ id: "chatcmpl-7f1a6f6e0c9b4d6a8b01", model: "chat", servedModel: "llama-3.1-8b" },
      ...{ tenant: "acme", team: "search", usage: { input: 12, output: 4 } },
      times: { endMs: Date.UTC(2026, 5, 1, 12, 0, 1, 750), latencyS: 1.5, ttftS: 0.22 },
    }));
  test("are estimated from both texts when usage is missing", () =>
    expect(requestOf(all[1]!)).toMatchObject({ estimated: true, usage: { input: 11, output: 2 } }));
});

describe("usage", () => {
  test.each([
    [
      "the same under both names",
      { prompt_tokens: 5, input_tokens: 5, completion_tokens: 2, output_tokens: 2 },
      { input: 5, output: 2 },
    ],
    [
      "a prompt that has its cached tokens in it",
      { prompt_tokens: 50, completion_tokens: 2, cache_read_input_tokens: 40 },
      { input: 50, output: 2, cacheRead: 40 },
    ],
  ])("%s", (_name, usage, expected) => expect(usageOf({ usage })).toEqual({ usage: expected }));

  test.each([
    ["none", undefined],
    ["null", null],
    ["empty", {}],
  ])("%s is absent", (_name, usage) => expect(usageOf({ usage })).toBe("absent"));

  test.each([
    ["names that contradict each other", { prompt_tokens: 5, input_tokens: 6, completion_tokens: 1 }],
    ["a negative number", { prompt_tokens: -1, completion_tokens: 1 }],
    ["a fraction", { prompt_tokens: 1.5, completion_tokens: 1 }],
    ["a number as text", { prompt_tokens: "5", completion_tokens: 1 }],
    ["an absurd number", { prompt_tokens: 1e12, completion_tokens: 1 }],
    [
      "more cached than prompt tokens",
      { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 6 } },
    ],
    [
      "more reasoning than output tokens",
      { prompt_tokens: 5, completion_tokens: 1, completion_tokens_details: { reasoning_tokens: 2 } },
    ],
    ["a total alone", { total_tokens: 9 }],
  ])("%s is a problem", (_name, usage) => expect(usageOf({ usage })).toHaveProperty("problem"));
});

test("a duration without its unit is not read, and a time in milliseconds is", () => {
  const line = {
    model: "m",
    usage: { prompt_tokens: 1, completion_tokens: 1 },
    latency: 2,
    duration_seconds: 3,
    created: 1_780_315_200_123,
  };
  expect(requestOf(read(JSON.stringify(line))).times).toEqual({ endMs: 1_780_315_203_123, latencyS: 3 });
});

test("whatever stands in a line, reading it never throws and never gives tokens that are none", () => {
  const usage = fc.dictionary(
    fc.constantFrom(
      "prompt_tokens",
      "completion_tokens",
      "input_tokens",
      "output_tokens",
      "cache_read_input_tokens",
    ),
    fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(null)),
  );
  const line = fc.oneof(
    fc.jsonValue(),
    fc.record({ model: fc.string(), usage, choices: fc.jsonValue(), error: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(line, (value) => {
      const outcome = read(JSON.stringify(value));
      if (typeof outcome !== "object" || !("request" in outcome)) return;
      const { input, output, cacheRead = 0 } = outcome.request.usage;
      for (const tokens of [input, output, cacheRead])
        expect(Number.isInteger(tokens) && tokens >= 0).toBe(true);
      expect(cacheRead).toBeLessThanOrEqual(input);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => read(text) !== undefined));
});
