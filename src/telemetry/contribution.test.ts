import { describe, expect, test } from "bun:test";
import { gpuEvent, HOUR_MS, tokenEvent } from "../../tests/samples/events.ts";
import { bucketTimeMs, contributionOf } from "./contribution.ts";
import { countLatency, type LatencyName, noLatencies } from "./latency.ts";
import { zeroSums } from "./rollup.ts";

type Timed = readonly [LatencyName, number];
const twice = (name: LatencyName, seconds: number): Timed[] => [
  [name, seconds],
  [name, seconds],
];
function timed(times: readonly Timed[], counts = noLatencies()): number[] {
  for (const [name, seconds] of times) countLatency(counts, name, seconds);
  return counts;
}

describe("a GPU event adds", () => {
  test("held and busy time, cost, energy and memory, in whole numbers", () => {
    expect(contributionOf(gpuEvent())).toEqual({
      kind: "gpu",
      dimensions: {
        host: "host-a",
        gpu: "GPU-a",
        gpuModel: "NVIDIA A100-SXM4-40GB",
        model: "",
        team: "",
        tenant: "",
        quality: "measured",
        source: "nvidia-smi",
      },
      sums: {
        ...zeroSums(),
        events: 1,
        heldMs: 10_000,
        busyMs: 5_000,
        costNanoUsd: 10_000_000,
        usedNanoUsd: 5_000_000,
        energyMilliJ: 2_500_000,
        memUsedMibMs: 204_800_000,
        memTotalMibMs: 409_600_000,
      },
    });
  });

  test.each([
    ["utilisation when nothing better is known", {}, 5_000],
    ["SM activity", { sm_active: 0.3 }, 3_000],
    ["engine activity before SM activity", { engine_active: 0.2, sm_active: 0.3 }, 2_000],
    ["nothing, when the engine did nothing", { engine_active: 0 }, 0],
  ])("busy time by %s", (_name, own, busyMs) =>
    expect(contributionOf(gpuEvent(own)).sums).toMatchObject({ busyMs, usedNanoUsd: busyMs * 1_000 }),
  );

  test("the energy it names instead of power × time", () => {
    expect(contributionOf(gpuEvent({ energy_j: 12.3456 })).sums.energyMilliJ).toBe(12_346);
  });

  test("its share alone: four quarters of a GPU for an hour are one GPU-hour", () => {
    const quarter = contributionOf(gpuEvent({ interval_s: 3_600, gpu_fraction: 0.25 })).sums;
    const whole = contributionOf(gpuEvent({ interval_s: 3_600 })).sums;
    for (const name of ["heldMs", "busyMs", "costNanoUsd", "usedNanoUsd", "energyMilliJ"] as const)
      expect(quarter[name] * 4).toBe(whole[name]);
  });
});

describe("a token event adds", () => {
  test("tokens and times in milliseconds", () => {
    const event = tokenEvent({
      cache_read_tokens: 400,
      cache_write_tokens: 100,
      reasoning_tokens: 50,
      latency_s: 2.5,
      ttft_s: 0.25,
      queue_s: 0.1,
      prefill_s: 0.4,
      decode_s: 2,
      team: "search",
      tenant: "t1",
    });
    expect(contributionOf(event)).toEqual({
      kind: "token",
      dimensions: {
        host: "host-a",
        gpu: "",
        gpuModel: "",
        model: "llama-3.1-8b",
        team: "search",
        tenant: "t1",
        quality: "measured",
        source: "vllm",
      },
      sums: {
        ...zeroSums(),
        events: 1,
        requests: 1,
        inputTokens: 1_000,
        outputTokens: 200,
        cacheReadTokens: 400,
        cacheWriteTokens: 100,
        reasoningTokens: 50,
        latencyMs: 2_500,
        latencyCount: 1,
        ttftMs: 250,
        ttftCount: 1,
        queueMs: 100,
        prefillMs: 400,
        decodeMs: 2_000,
        latency: timed([
          ["ttft", 0.25],
          ["tpot", 2.25 / 199],
          ["e2e", 2.5],
        ]),
      },
    });
  });

  test("the counts by time that an interval brings, and means over those counted", () => {
    const { sums } = contributionOf(
      tokenEvent({
        ...{ kind: "interval", requests: 9, latency_s: 6, ttft_s: 1 },
        ...{ ttft_counts: [0, 2], tpot_counts: [4], e2e_counts: [0, 0, 3] },
      }),
    );
    expect([sums.ttftCount, sums.latencyCount]).toEqual([2, 3]);
    const counts = timed([...twice("ttft", 0.015), ...twice("tpot", 0), ...twice("tpot", 0)]);
    expect(sums.latency).toEqual(timed([...twice("e2e", 0.2), ["e2e", 0.2]], counts));
  });

  test("no counts by time when none are known", () =>
    expect(contributionOf(tokenEvent({ output_tokens: 1 })).sums.latency).toBeUndefined());

  test.each([
    ["none named", undefined, ""],
    ["one named", ["GPU-a"], "GPU-a"],
    ["several named", ["GPU-a", "GPU-b"], ""],
  ])("the GPU it ran on only when that is one: %s", (_name, gpu_uuids, gpu) =>
    expect(contributionOf(tokenEvent(gpu_uuids ? { gpu_uuids } : {})).dimensions.gpu).toBe(gpu),
  );

  test.each([
    [{ error_type: "timeout" }, 1],
    [{ error_type: "" }, 0],
    [{ errors: 3 }, 3],
    [{}, 0],
  ])("errors: %p", (own, errors) => expect(contributionOf(tokenEvent(own)).sums.errors).toBe(errors));
});

test.each([
  ["a reading of ten seconds that ends on the hour", gpuEvent(), HOUR_MS - 1],
  ["a reading of no duration", gpuEvent({ interval_s: 0 }), HOUR_MS],
  ["an interval of tokens that ends on the hour", tokenEvent({ kind: "interval" }), HOUR_MS - 1],
  ["a request", tokenEvent(), HOUR_MS],
])("what spans time belongs to the hour in which it ends: %s", (_name, event, bucketMs) =>
  expect(bucketTimeMs(event, HOUR_MS)).toBe(bucketMs),
);
