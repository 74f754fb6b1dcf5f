import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { collect, replayOptions, tokensOf, traceFolder } from "../../../tests/helpers/replay.ts";
import { openReplay } from "./index.ts";

const folder = traceFolder();
afterAll(folder.remove);

const eventsOf = async (content: string) =>
  tokensOf((await collect(replayOptions([folder.write(content, "vllm.csv")]))).events);

describe("vLLM counters over time", () => {
  test("each reading less the one before it; the first is a baseline, and a restart begins at 0 again", async () => {
    const events = await eventsOf(
      [
        "timestamp,model_name,prompt_tokens_total,generation_tokens_total,prompt_tokens_cached_total,request_success_total,num_requests_running,kv_cache_usage_perc",
        "1754922015.25,llama,1000.0,100.0,10.0,5.0,2.0,0.25",
        "1754922030.25,llama,1600.0,180.0,30.0,9.0,1.0,0.5",
        "1754922045.25,llama,70.0,200.0,0.0,1.0,0.0,0.0",
      ].join("\n"),
    );
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      ts: "2025-08-11T14:20:30.250Z",
      kind: "interval",
      quality: "measured",
      model: "llama",
      input_tokens: 600,
      output_tokens: 80,
      cache_read_tokens: 20,
      requests: 4,
      running: 1,
      kv_cache_ratio: 0.5,
      window_start: "2025-08-11T14:20:15.250Z",
      window_end: "2025-08-11T14:20:30.250Z",
    });
    expect(events[1]).toMatchObject({
      input_tokens: 70,
      output_tokens: 200,
      cache_read_tokens: 0,
      requests: 1,
    });
  });

  test("the tokens of all intervals are what the counters rose by, through any restarts, and never negative", () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.nat(5000) },
        { weight: 1, arbitrary: fc.constant("restart" as const) },
      ),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    return fc.assert(
      fc.asyncProperty(steps, fc.nat(1e6), async (moves, base) => {
        let counter = base;
        let expected = 0;
        const rows = [`1700000000,${base},${base}`];
        moves.forEach((move, i) => {
          const rose = move === "restart" ? 0 : move;
          counter = move === "restart" ? 0 : counter + move;
          expected += rose;
          rows.push(`${1700000000 + (i + 1) * 15},${counter},${counter}`);
        });
        const events = await eventsOf(
          `timestamp,prompt_tokens_total,generation_tokens_total\n${rows.join("\n")}\n`,
        );
        expect(events.every(({ input_tokens }) => input_tokens >= 0)).toBe(true);
        expect(events.reduce((sum, { input_tokens }) => sum + input_tokens, 0)).toBe(expected);
        expect(events.reduce((sum, { output_tokens }) => sum + output_tokens, 0)).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });

  test("servers in one file are kept apart", async () => {
    const header = "timestamp,instance,model_name,prompt_tokens_total,generation_tokens_total";
    const rows = [
      "1700000000,a,m,100,0",
      "1700000000,b,n,5000,0",
      "1700000015,a,m,130,1",
      "1700000015,b,n,5007,2",
    ];
    const events = await eventsOf([header, ...rows].join("\n"));
    expect(
      events.map(({ model, input_tokens, output_tokens }) => [model, input_tokens, output_tokens]),
    ).toEqual([
      ["m", 30, 1],
      ["n", 7, 2],
    ]);
  });

  test.each([
    ["seconds", "1754922015", "1754922030"],
    ["milliseconds", "1754922015000", "1754922030000"],
    ["nanoseconds", "1754922015000000000", "1754922030000000000"],
    ["words", "2025-08-11 14:20:15", "2025-08-11T14:20:30Z"],
  ])("times are read in %s", async (_title, before, after) => {
    const [event] = await eventsOf(
      `timestamp,prompt_tokens_total,generation_tokens_total\n${before},1,1\n${after},2,2\n`,
    );
    expect(event).toMatchObject({
      window_start: "2025-08-11T14:20:15.000Z",
      window_end: "2025-08-11T14:20:30.000Z",
    });
  });

  test.each([
    [
      "no time",
      "prompt_tokens_total,generation_tokens_total\n1,2\n",
      "vllm.csv:1: the column timestamp is missing",
    ],
    ["no output", "timestamp,prompt_tokens_total\n1,2\n", "the column generation_tokens_total is missing"],
    [
      "an empty cell",
      "timestamp,prompt_tokens_total,generation_tokens_total\n1700000000,,2\n",
      'vllm.csv:2:12: prompt_tokens_total: expected a number that is not negative, got ""',
    ],
    ["NaN", "timestamp,prompt_tokens_total,generation_tokens_total\n1700000000,1,NaN\n", 'got "NaN"'],
    [
      "a time of 1970",
      "timestamp,prompt_tokens_total,generation_tokens_total\n12,1,2\n",
      "expected seconds since 1970 that lie from 2000 to 2099",
    ],
    [
      "an endless time",
      "timestamp,prompt_tokens_total,generation_tokens_total\n1e400,1,2\n",
      "expected seconds since 1970",
    ],
    [
      "a jump",
      "timestamp,prompt_tokens_total,generation_tokens_total\n1700000000,1,2\n1700000015,9e14,2\n",
      "vllm.csv:3:1: a counter grew by more than 1000000000000",
    ],
    [
      "one row",
      "timestamp,prompt_tokens_total,generation_tokens_total\n1700000000,1,2\n",
      "it gives no interval",
    ],
  ])("with %s are refused in words", async (_title, content, message) => {
    await expect(openReplay(replayOptions([folder.write(content, "vllm.csv")]))).rejects.toThrow(message);
  });
});
