import { afterAll, describe, expect, test } from "bun:test";
import { collect, replayOptions, tokensOf, traceFolder } from "../../../tests/helpers/replay.ts";
import { openReplay } from "./index.ts";

const folder = traceFolder();
afterAll(folder.remove);

const DETAILED = "assets/samples/vllm-bench-serve.json";
const OLD = "tests/fixtures/replay/vllm-benchmark-serving-2024.json";
const APPENDED = "tests/fixtures/replay/vllm-bench-appended.json";
const eventsOf = async (file: string) => tokensOf((await collect(replayOptions([file]))).events);
const result = (more: object) => ({
  date: "20250811-143015",
  model_id: "m",
  num_prompts: 2,
  duration: 10,
  completed: 2,
  total_input_tokens: 30,
  total_output_tokens: 3,
  input_lens: [10, 20],
  output_lens: [1, 2],
  ...more,
});
const openJson = (value: unknown, lenient = false) =>
  openReplay(
    replayOptions([folder.write(typeof value === "string" ? value : JSON.stringify(value), "bench.json")], {
      lenient,
    }),
  );

describe("vLLM benchmark results", () => {
  test("a detailed result becomes a request event each, with the totals of the benchmark", async () => {
    const events = await eventsOf(DETAILED);
    const said = await Bun.file(DETAILED).json();
    expect(events).toHaveLength(said.num_prompts);
    expect(events.reduce((sum, event) => sum + event.input_tokens, 0)).toBe(said.total_input_tokens);
    expect(events.reduce((sum, event) => sum + event.output_tokens, 0)).toBe(said.total_output_tokens);
    expect(events.filter(({ error_type }) => error_type === undefined)).toHaveLength(said.completed);
    const failed = events.filter(({ error_type }) => error_type !== undefined);
    expect(failed.map(({ error_type }) => error_type)).toEqual(
      Array.from({ length: said.failed }, () => "aiohttp.client_exceptions.ServerDisconnectedError"),
    );
  });

  test("times run from the start times on the benchmark's own clock to the date it was written", async () => {
    const events = await eventsOf(DETAILED);
    const said = await Bun.file(DETAILED).json();
    expect(events.at(-1)!.ts).toBe("2025-08-11T14:30:15.000Z");
    const first = events[0]!;
    const latency = said.ttfts[0] + said.itls[0].reduce((sum: number, gap: number) => sum + gap, 0);
    expect(first).toMatchObject({
      quality: "measured",
      kind: "request",
      model: said.model_id,
      ttft_s: said.ttfts[0],
    });
    expect(first.latency_s).toBeCloseTo(latency, 5);
    expect(first.tpot_s).toBeCloseTo((latency - said.ttfts[0]) / (first.output_tokens - 1), 5);
    const startOf = (at: number) => Date.parse(events[at]!.ts) - events[at]!.latency_s! * 1000;
    expect(startOf(0) / 1000 - startOf(1) / 1000).toBeCloseTo(said.start_times[0] - said.start_times[1], 2);
  });

  test("an older result without start times is laid out by rate, concurrency and latency, and says so", async () => {
    const events = await eventsOf(OLD);
    // Two slots: latencies 1 s and 2 s start at once, the third follows the first, the fourth the second.
    expect(
      events.map(({ ts, input_tokens, latency_s }) => [ts.slice(14, 23), input_tokens, latency_s]),
    ).toEqual([
      ["14:58.000", 10, 1],
      ["14:59.000", 20, 2],
      ["14:59.000", 30, 1],
      ["15:00.000", 40, 1],
    ]);
    expect(events.every(({ quality }) => quality === "interpolated")).toBe(true);
    expect((await openReplay(replayOptions([OLD]))).notes.join("\n")).toContain("holds no start times");
  });

  test("results with totals only become one interval each, also when several were appended to a file", async () => {
    const events = await eventsOf(APPENDED);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      kind: "interval",
      quality: "measured",
      window_start: "2025-08-11T14:20:15.000Z",
      window_end: "2025-08-11T14:30:15.000Z",
      input_tokens: 102_540,
      output_tokens: 10_502,
      requests: 120,
      errors: 2,
      latency_s: 59,
    });
    expect(events[1]!.ts).toBe("2025-08-11T15:00:00.000Z");
  });

  test("NaN and Infinity, as Python writes them, do not spoil a result", async () => {
    const text = JSON.stringify(result({ mean_ttft_ms: 1 })).replace(
      '"mean_ttft_ms":1',
      '"mean_ttft_ms": NaN, "x": [-Infinity]',
    );
    expect((await openJson(text)).contents).toMatchObject({ requests: 2, inputTokens: 30, outputTokens: 3 });
  });

  test("a result of a server that does not stream has latencies and no time to first token", async () => {
    const value = result({ ttfts: [], itls: [], latencies: [0.5, 0.7], errors: ["", ""] });
    const [event] = await eventsOf(folder.write(JSON.stringify(value)));
    expect(event!.latency_s).toBe(0.5);
    expect(event).not.toHaveProperty("ttft_s");
  });

  test("a shorter trace is kept inside its duration, whatever the latencies sum up to", async () => {
    const value = result({ max_concurrency: 1, latencies: [100, 200] });
    const events = await eventsOf(folder.write(JSON.stringify(value)));
    expect(events.map(({ ts }) => ts.slice(11, 19))).toEqual(["14:30:05", "14:30:15"]);
  });

  test.each([
    [
      "half of it",
      '{"date": "20250811-143015", "num_prompts": 3,',
      "bench.json:1:46: the file ends in the middle of the result",
    ],
    ["bad JSON", '{"num_prompts": 3,\n "date": nope}', "bench.json:2:10: this is not JSON"],
    [
      "a bad second result",
      `${JSON.stringify(result({}))}\n{"date":\n`,
      "bench.json:2:9: the file ends in the middle",
    ],
    ["no date", result({ date: undefined }), "date: expected a time such as"],
    [
      "a bad date",
      result({ date: "yesterday" }),
      'date: expected a time such as "20250811-143015", got "yesterday"',
    ],
    ["no duration", result({ duration: undefined }), "duration: expected seconds, got nothing"],
    [
      "negative tokens",
      result({ input_lens: [10, -20] }),
      "input_lens[1]: expected a whole number from 0 to 1000000000000, got -20",
    ],
    ["halves of tokens", result({ output_lens: [1.5, 2] }), "output_lens[0]: expected a whole number"],
    ["lists of other lengths", result({ ttfts: [1] }), "ttfts: expected 2 entries as in input_lens, got 1"],
    ["a list that is none", result({ itls: 5 }), "itls: expected a list, got 5"],
    [
      "a gap that is no number",
      result({ ttfts: [1, 1], itls: [[1], ["x"]] }),
      'itls[1]: expected seconds, got "x"',
    ],
    ["a list", `[${JSON.stringify(result({}))}]`, "the result: expected an object"],
  ])("with %s are refused in words", async (_title, value, message) => {
    await expect(openJson(value)).rejects.toThrow(message);
  });

  test("a result that cannot be read is left out when that is allowed", async () => {
    const text = `${JSON.stringify(result({}))}\n${JSON.stringify(result({ duration: -1 }))}\n`;
    const source = await openJson(text, true);
    expect(source.contents.requests).toBe(2);
    expect(source.skipped).toEqual({ event: 1 });
  });
});
