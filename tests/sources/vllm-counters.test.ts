import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { observations } from "../../src/telemetry/histogram.ts";
import { type PageOf, pageOf } from "./page.ts";
import { START_MS, vllmRig } from "./tracking.ts";

type Counts = {
  readonly prompt: number;
  readonly generation: number;
  readonly more?: PageOf;
  readonly startS?: number;
};
const server = ({ prompt, generation, more = {}, startS }: Counts, model = "m") => {
  const labels = { model_name: model, engine: "0" };
  return pageOf({
    ...(startS === undefined ? {} : { process_start_time_seconds: startS }),
    "vllm:prompt_tokens_total": [[labels, prompt]],
    "vllm:generation_tokens_total": [[labels, generation]],
    ...more,
  });
};
const tokens = (rig: ReturnType<typeof vllmRig>, page: string, at: number) =>
  rig.show(page, at).events.map((event) => [event.input_tokens, event.output_tokens]);

describe("counters of a server", () => {
  test("that restarts count from 0, and the restart is counted", () => {
    const rig = vllmRig();
    rig.show(server({ prompt: 900, generation: 90 }), 0);
    expect(tokens(rig, server({ prompt: 40, generation: 4 }), 10)).toEqual([[40, 4]]);
    expect(rig.noted.resets).toBe(2);
  });

  test("that restarts and overtakes its old values count from 0 where it tells when it began", () => {
    const rig = vllmRig();
    const beganS = START_MS / 1000 - 500;
    rig.show(server({ prompt: 900, generation: 90, startS: beganS }), 0);
    expect(tokens(rig, server({ prompt: 1_000, generation: 100, startS: beganS + 800 }), 400)).toEqual([
      [1_000, 100],
    ]);
  });

  test("of another server behind the same address are not counted, and that is said", () => {
    const rig = vllmRig();
    const [one, other] = [START_MS / 1000 - 5_000, START_MS / 1000 - 7_000];
    rig.show(server({ prompt: 5e6, generation: 5e5, startS: one }), 0);
    for (let at = 10; at < 60; at += 20) {
      const second = rig.show(server({ prompt: 9e6 + at, generation: 9e5, startS: other }), at);
      expect(second.events.every((event) => event.input_tokens === 0)).toBe(true);
      expect(second.remarks.join()).toContain("a load balancer?");
      expect(tokens(rig, server({ prompt: 5e6 + at, generation: 5e5, startS: one }), at + 10)).toEqual([
        [0, 0],
      ]);
    }
    expect(rig.noted.resets).toBe(0);
  });

  test("that jump further than any server can count are another server's too", () => {
    const rig = vllmRig();
    rig.show(server({ prompt: 5e9, generation: 5e8 }), 0);
    expect(tokens(rig, server({ prompt: 9e9, generation: 9e8 }), 10)).toEqual([[0, 0]]);
    expect(tokens(rig, server({ prompt: 5e9, generation: 5e8 }), 20)).toEqual([[0, 0]]);
    expect(tokens(rig, server({ prompt: 5e9 + 7, generation: 5e8 + 1 }), 30)).toEqual([[7, 1]]);
  });

  test("that are missing for a while lose nothing", () => {
    const rig = vllmRig();
    rig.show(server({ prompt: 100, generation: 10 }), 0);
    rig.show(pageOf({ "vllm:num_requests_running": [[{ model_name: "m" }, 1]] }), 10);
    expect(tokens(rig, server({ prompt: 150, generation: 15 }), 20)).toEqual([[50, 5]]);
  });

  test("of a cache that counts ahead never exceed the prompts", () => {
    const rig = vllmRig();
    const hits = (value: number) => ({
      "vllm:prefix_cache_hits_total": [[{ model_name: "m", engine: "0" }, value]] as const,
    });
    rig.show(server({ prompt: 100, generation: 0, more: hits(0) }), 0);
    expect(rig.show(server({ prompt: 110, generation: 0, more: hits(90) }), 10).events[0]).toMatchObject({
      ...{ input_tokens: 10, cache_read_tokens: 10 },
    });
  });
});

describe("several models on one server", () => {
  const page = (a: number, b: number) =>
    server({ prompt: a, generation: a }, "a") + server({ prompt: b, generation: b }, "b");
  test("are events of their own, in one numbered stream", () => {
    const rig = vllmRig();
    rig.show(page(0, 0), 0);
    const { events, summary } = rig.show(page(5, 7), 10);
    expect(events.map(({ model, input_tokens, seq }) => [model, input_tokens, seq])).toEqual([
      ["a", 5, 0],
      ["b", 7, 1],
    ]);
    expect(summary).toBe("2 models");
  });

  test("one of which is counted request by request is left to that source", () => {
    const rig = vllmRig();
    rig.show(page(0, 0), 0);
    rig.join.tokens.logs("openai-log a.jsonl", "a");
    const { events, remarks } = rig.show(page(5, 7), 10);
    expect(events.map(({ model }) => model)).toEqual(["b"]);
    expect(remarks).toEqual(["a is counted request by request from openai-log a.jsonl"]);
  });
});

describe("a restart of the producer", () => {
  const stateAt = (atS: number) => {
    const rig = vllmRig();
    rig.show(server({ prompt: 100, generation: 10 }), atS - 10);
    rig.show(server({ prompt: 200, generation: 20 }), atS);
    return JSON.parse(JSON.stringify(rig.tracker.state())) as unknown;
  };
  test("counts what happened meanwhile, once", () => {
    const rig = vllmRig({ bootId: "boot-2" });
    rig.tracker.restore(stateAt(10), START_MS + 1_800_000);
    const [event] = rig.show(server({ prompt: 950, generation: 95 }), 1_800).events;
    expect(event).toMatchObject({ boot_id: "boot-1", seq: 1, input_tokens: 750, output_tokens: 75 });
    expect(event!.window_start).toBe(new Date(START_MS + 10_000).toISOString());
  });
  test("after more than an hour begins with a baseline", () => {
    const rig = vllmRig();
    rig.tracker.restore(stateAt(10), START_MS + 3_700_000);
    expect(rig.show(server({ prompt: 950, generation: 95 }), 3_700).events).toEqual([]);
    expect(rig.show(server({ prompt: 951, generation: 96 }), 3_710).events[0]).toMatchObject({
      seq: 1,
      input_tokens: 1,
    });
  });
});

test("who pays and where it ran come from rules and from GPUs that are seen", () => {
  const rig = vllmRig({ rules: [{ model: "m", team: "search", costCenter: "7" }] });
  rig.join.directory.saw("dcgm", [{ gpu: "GPU-1", host: "node-1", servedModel: "m" }]);
  rig.show(server({ prompt: 0, generation: 0 }), 0);
  expect(rig.show(server({ prompt: 1, generation: 0 }), 10).events[0]).toMatchObject({
    ...{ team: "search", cost_center: "7", host: "node-1", gpu_uuids: ["GPU-1"] },
  });
});

test("a page without counters of tokens says so", () => {
  const rig = vllmRig();
  const { remarks } = rig.show(pageOf({ "vllm:num_requests_running": [[{ model_name: "m" }, 1]] }), 0);
  expect(remarks).toEqual(["the page has no counter for input_tokens and output_tokens"]);
  expect(rig.noted.missing).toContain("input_tokens");
});

test("first tokens count with their requests, however many readings lie between", () => {
  const rig = vllmRig();
  const labels = { model_name: "m", engine: "0" };
  const page = (first: number, ended: number) =>
    server({
      ...{ prompt: 0, generation: 0 },
      more: {
        "vllm:request_success_total": [[{ ...labels, finished_reason: "stop" }, ended]],
        "vllm:time_to_first_token_seconds_bucket": [
          [{ ...labels, le: "1.0" }, first],
          [{ ...labels, le: "+Inf" }, first],
        ],
        "vllm:time_to_first_token_seconds_sum": [[labels, first / 2]],
        "vllm:time_to_first_token_seconds_count": [[labels, first]],
      },
    });
  rig.show(page(0, 0), 0);
  expect(rig.show(page(4, 0), 10).events[0]).not.toContainKeys(["ttft_counts", "ttft_s"]);
  const [event] = rig.show(page(4, 3), 20).events;
  expect([observations({ counts: event!.ttft_counts! }), event!.ttft_s]).toEqual([3, 1.5]);
});

test("whatever a server counts and however often it restarts, tokens are never negative and sum to the truth", () => {
  const step = fc.record({
    prompt: fc.nat(100_000),
    generation: fc.nat(10_000),
    seconds: fc.integer({ min: 1, max: 30 }),
    fate: fc.constantFrom("counts", "counts", "counts", "restarts", "is away"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const rig = vllmRig();
      let [now, beganS] = [0, START_MS / 1000 - 1_000];
      let shows = { prompt: 50_000_000, generation: 5_000_000 };
      const seen = { prompt: 0, generation: 0 };
      const truth = { prompt: 0, generation: 0 };
      let unread = { prompt: 0, generation: 0 };
      const read = () => {
        for (const { input_tokens, output_tokens } of rig.show(server({ ...shows, startS: beganS }), now)
          .events) {
          expect(Math.min(input_tokens, output_tokens)).toBeGreaterThanOrEqual(0);
          seen.prompt += input_tokens;
          seen.generation += output_tokens;
        }
        truth.prompt += unread.prompt;
        truth.generation += unread.generation;
        unread = { prompt: 0, generation: 0 };
      };
      read();
      for (const { prompt, generation, seconds, fate } of steps) {
        now += seconds;
        if (fate === "restarts") {
          shows = { prompt: 0, generation: 0 };
          unread = { prompt: 0, generation: 0 };
          beganS = START_MS / 1000 + now - 0.4;
        }
        shows = { prompt: shows.prompt + prompt, generation: shows.generation + generation };
        unread = { prompt: unread.prompt + prompt, generation: unread.generation + generation };
        if (fate !== "is away") read();
      }
      now += 1;
      read();
      expect(seen).toEqual(truth);
    }),
  );
});
