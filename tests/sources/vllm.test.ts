import { describe, expect, test } from "bun:test";
import { contributionOf } from "../../src/telemetry/contribution.ts";
import { observations } from "../../src/telemetry/histogram.ts";
import { fitsSchema } from "../../src/telemetry/schema-check.ts";
import { fixture } from "./page.ts";
import { START_MS, vllmRig } from "./tracking.ts";

const MODEL = "meta-llama/Llama-3.1-8B-Instruct";
const between = async (server: string, generation: string) => {
  const rig = vllmRig();
  const first = rig.show(await fixture(`${server}/server-${generation}-1.prom`), 0);
  const second = rig.show(await fixture(`${server}/server-${generation}-2.prom`), 10);
  return { ...rig, first, second };
};

describe("a vLLM server", () => {
  test("is only a baseline at first", async () => {
    const { first } = await between("vllm", "new");
    expect([first.events, first.summary, first.remarks]).toEqual([[], "1 model", []]);
  });

  test("gives what its engines did together, with all times of the requests that ended", async () => {
    const { second, noted } = await between("vllm", "new");
    const [event, ...more] = second.events;
    expect([more, noted.missing]).toEqual([[], []]);
    expect(fitsSchema("token", { ...event })).toBe(true);
    expect(event).toMatchObject({
      ...{ kind: "interval", source: "vllm", model: MODEL, host: "llm", quality: "measured", seq: 0 },
      ts: new Date(START_MS + 10_000).toISOString(),
      window_start: new Date(START_MS).toISOString(),
      window_end: new Date(START_MS + 10_000).toISOString(),
      ...{ input_tokens: 79_564, cache_read_tokens: 19_759, output_tokens: 7_431, requests: 50, errors: 3 },
      ...{
        ttft_s: 22.272333,
        latency_s: 313.012187,
        queue_s: 4.454467,
        prefill_s: 17.817866,
        decode_s: 290.739854,
      },
      ...{
        tpot_s: expect.closeTo(0.03939, 5),
        running: 6,
        waiting: 2,
        kv_cache_ratio: 0.375,
        preemptions: 5,
      },
    });
    for (const counts of [event!.ttft_counts, event!.tpot_counts, event!.e2e_counts])
      expect(observations({ counts: counts! })).toBe(50);
    expect(contributionOf(event!).sums).toMatchObject({ latencyCount: 50, ttftCount: 50, errors: 3 });
  });

  test("gives the same events under its old names", async () => {
    const [old, present] = [await between("vllm", "old"), await between("vllm", "new")];
    expect(old.second.events).toEqual(present.second.events);
  });

  test.each(["ray_vllm_", "vllm_", "kserve_vllm:"])("is known behind the prefix %s", async (prefix) => {
    const rig = vllmRig();
    const page = async (at: number) =>
      (await fixture(`vllm/server-new-${at}.prom`)).replaceAll(/^vllm:/gm, prefix);
    rig.show(await page(1), 0);
    expect(rig.show(await page(2), 10).events[0]).toMatchObject({ input_tokens: 79_564, requests: 50 });
  });
});

describe("an SGLang server", () => {
  test.each(["old", "new"])("gives the same events under its %s names", async (generation) => {
    const { second } = await between("sglang", generation);
    expect(second.events).toMatchObject([
      {
        ...{ source: "sglang", model: "Qwen/Qwen3-8B", input_tokens: 48_463, cache_read_tokens: 10_861 },
        ...{ output_tokens: 4_325, requests: 30, errors: 1, running: 5, waiting: 2, kv_cache_ratio: 0.28 },
        ...{ ttft_s: 13.451816, latency_s: 172.548175, queue_s: 2.690363 },
      },
    ]);
    expect(observations({ counts: second.events[0]!.tpot_counts! })).toBe(30);
    expect(second.events[0]).not.toContainKeys(["prefill_s", "decode_s"]);
  });
});
