import { describe, expect, test } from "bun:test";
import { gpuEvent, HOUR_MS, tokenEvent } from "../../tests/samples/events.ts";
import { rowsOf } from "../../tests/samples/rows.ts";
import type { GpuEvent, TelemetryEvent, TokenEvent } from "./events.ts";
import { buildReport } from "./report.ts";
import type { Grouping, ReportGroup } from "./report-model.ts";
import type { Slo } from "./slo.ts";

const at = (minutes: number) => new Date(HOUR_MS + minutes * 60_000).toISOString();
/** One GPU for one hour at 3.60 $/h, half busy, 250 W. */
const hourOfGpu = (own: Partial<GpuEvent> = {}) => gpuEvent({ ts: at(60), interval_s: 3_600, ...own });
const request = (own: Partial<TokenEvent> = {}) => tokenEvent({ ts: at(30), ...own });

const report = (events: readonly TelemetryEvent[], by: Grouping = "model") => buildReport(rowsOf(events), by);
const costs = (groups: readonly ReportGroup[]) =>
  groups.map(({ key, usedMicroUsd, idleAllocatedMicroUsd, idleUnallocatedMicroUsd }) => [
    key,
    usedMicroUsd,
    idleAllocatedMicroUsd,
    idleUnallocatedMicroUsd,
  ]);

test("one model on one GPU bears its hour", () => {
  const { totals, groups, ...rest } = report([hourOfGpu(), request({ latency_s: 2, ttft_s: 0.5 })]);
  expect(totals).toEqual({
    requests: 1,
    inputTokens: 1_000,
    outputTokens: 200,
    energyJoules: 900_000,
    allocationMicroUsd: 3_600_000,
    idleMicroUsd: 1_800_000,
    usedMicroUsd: 1_800_000,
    idleAllocatedMicroUsd: 1_800_000,
    idleUnallocatedMicroUsd: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    errors: 0,
    gpuSeconds: 3_600,
    busySeconds: 1_800,
    utilization: 0.5,
    microUsdPerMillionTokens: 3_000_000_000,
    microUsdPerMillionInputTokens: 2_400_000_000,
    microUsdPerMillionOutputTokens: 6_000_000_000,
    splitMethod: "multiplier",
    prefillSeconds: null,
    decodeSeconds: null,
    joulesPerToken: 750,
    tokensPerJoule: 1 / 750,
    meanLatencySeconds: 2,
    meanTtftSeconds: 0.5,
    ...{ p50TtftSeconds: 0.4, p95TtftSeconds: 0.49, p99TtftSeconds: 0.498 },
    ...{ p50TpotSeconds: 0.00875, p95TpotSeconds: 0.009875, p99TpotSeconds: 0.009975 },
    ...{ p50LatencySeconds: 1.75, p95LatencySeconds: 1.975, p99LatencySeconds: 1.995 },
    ...{ sloRequests: 0, sloEstimatedRequests: 0, goodRequests: 0, microUsdPerGoodRequest: null },
    ...{ sloMissedTtft: 0, sloMissedTpot: 0, sloMissedE2e: 0 },
    tokenQuality: ["measured"],
    gpuQuality: ["measured"],
  });
  expect(groups).toEqual([{ key: "llama-3.1-8b", label: "llama-3.1-8b", ...totals }]);
  expect(rest).toMatchObject({ groupedBy: "model", from: at(30), to: at(60), version: 1 });
});

test("nothing stored is a report of nothing, without NaN", () => {
  const { totals, groups, from, to, notes } = report([]);
  expect({ groups, from, to, notes }).toEqual({ groups: [], from: null, to: null, notes: [] });
  expect(totals).toMatchObject({ allocationMicroUsd: 0, utilization: null, microUsdPerMillionTokens: null });
  expect(JSON.stringify(totals)).not.toMatch(/NaN|Infinity/);
});

describe("a GPU-hour is shared", () => {
  const gpu = hourOfGpu({ utilization: 1 });

  test("by uncached input and 2.5 × output", () => {
    const a = request({ model: "a", input_tokens: 1_000, cache_read_tokens: 500, output_tokens: 0 });
    const b = request({ model: "b", input_tokens: 0, output_tokens: 200 });
    expect(costs(report([gpu, a, b]).groups)).toEqual([
      ["a", 1_800_000, 0, 0],
      ["b", 1_800_000, 0, 0],
    ]);
  });

  test("by raw tokens when all of them came from a cache", () => {
    const a = request({ model: "a", input_tokens: 300, cache_read_tokens: 300, output_tokens: 0 });
    const b = request({ model: "b", input_tokens: 100, cache_read_tokens: 100, output_tokens: 0 });
    const { groups } = report([gpu, a, b]);
    expect(costs(groups)).toEqual([
      ["a", 2_700_000, 0, 0],
      ["b", 900_000, 0, 0],
    ]);
    expect(groups[0]).toMatchObject({
      microUsdPerMillionTokens: 9_000_000_000,
      microUsdPerMillionInputTokens: null,
    });
  });

  test("within its clock hour only: an hour without tokens is unallocated idle cost of nobody", () => {
    const quiet = gpuEvent({ ts: at(120), interval_s: 3_600, utilization: 0.1 });
    const { groups, totals } = report([gpu, quiet, request()]);
    expect(costs(groups)).toEqual([
      ["llama-3.1-8b", 3_600_000, 0, 0],
      ["", 360_000, 0, 3_240_000],
    ]);
    expect(groups[1]).toMatchObject({
      label: "(no tokens)",
      microUsdPerMillionTokens: null,
      joulesPerToken: null,
    });
    expect(totals).toMatchObject({ allocationMicroUsd: 7_200_000, idleMicroUsd: 3_240_000 });
  });

  test("by the same rule when the rows are minutes", () => {
    const events = [gpu, request({ model: "a" }), request({ model: "b", ts: at(2) })];
    expect(buildReport(rowsOf(events, 60), "model")).toEqual(report(events));
  });
});

describe("tokens run", () => {
  const dear = hourOfGpu({ gpu_uuid: "GPU-dear", price_per_hour_microusd: 3_000_000, utilization: 1 });
  const cheap = hourOfGpu({ gpu_uuid: "GPU-cheap", price_per_hour_microusd: 1_000_000, utilization: 1 });
  const far = hourOfGpu({
    gpu_uuid: "GPU-far",
    host: "host-b",
    price_per_hour_microusd: 4_000_000,
    utilization: 1,
  });
  const tokensByGpu = (events: readonly TelemetryEvent[]) =>
    Object.fromEntries(report(events, "gpu").groups.map(({ key, inputTokens }) => [key, inputTokens]));

  test.each<[string, Partial<TokenEvent>, Record<string, number>]>([
    [
      "on the GPU they name",
      { gpu_uuids: ["GPU-cheap"] },
      { "GPU-dear": 0, "GPU-cheap": 1_000, "GPU-far": 0 },
    ],
    ["on the GPUs of their host, by their cost", {}, { "GPU-dear": 750, "GPU-cheap": 250, "GPU-far": 0 }],
    [
      "on all GPUs when their host has none",
      { host: "gateway" },
      { "GPU-dear": 375, "GPU-cheap": 125, "GPU-far": 500 },
    ],
    [
      "on those of their host when the GPU they name is unknown",
      { gpu_uuids: ["GPU-x"] },
      { "GPU-dear": 750, "GPU-cheap": 250, "GPU-far": 0 },
    ],
  ])("%s", (_name, own, expected) => expect(tokensByGpu([dear, cheap, far, request(own)])).toEqual(expected));

  test.each<[string, Partial<TokenEvent>, Record<string, number>]>([
    ["on the GPUs of their host that serve their model", { model: "qwen" }, { "GPU-cheap": 1_000 }],
    ["else on those of which nothing is said", { model: "phi" }, { "GPU-dear": 1_000 }],
    ["on GPUs that serve another model when there are no others", { host: "host-b" }, { "GPU-far": 1_000 }],
    [
      "on any GPU that serves their model when their host has none",
      { host: "gateway", model: "qwen" },
      { "GPU-cheap": 1_000 },
    ],
  ])("%s", (_name, own, expected) => {
    const said = [dear, { ...cheap, served_model: "qwen" }, { ...far, served_model: "mistral" }];
    const ran = Object.entries(tokensByGpu([...said, request(own)])).filter(([, tokens]) => tokens > 0);
    expect(Object.fromEntries(ran)).toEqual(expected);
  });

  test("by held time where the price of one GPU is not known", () => {
    const free = hourOfGpu({ gpu_uuid: "GPU-free", price_per_hour_microusd: 0, utilization: 1 });
    expect(tokensByGpu([dear, free, request()])).toEqual({ "GPU-dear": 500, "GPU-free": 500 });
  });

  test("nowhere when the GPU they name was not held in that hour", () => {
    const { groups, notes } = report([dear, request({ ts: at(90), gpu_uuids: ["GPU-dear"] })], "gpu");
    expect(costs(groups)).toEqual([
      ["GPU-dear", 3_000_000, 0, 0],
      ["", 0, 0, 0],
    ]);
    expect(groups[1]).toMatchObject({ inputTokens: 1_000, microUsdPerMillionTokens: null });
    expect(notes.join()).toContain("1200 tokens ran in hours without GPU readings");
  });
});

describe("input and output are told apart", () => {
  const gpu = hourOfGpu();
  test("by prefill and decode time when all of it was measured", () => {
    const timed = { prefill_s: 1, decode_s: 3 };
    const { totals } = report([
      gpu,
      request(timed),
      request({ ...timed, event_id: "b", cache_read_tokens: 500 }),
    ]);
    expect(totals).toMatchObject({
      splitMethod: "phase-time",
      prefillSeconds: 2,
      decodeSeconds: 6,
      microUsdPerMillionInputTokens: Math.round(((3_600_000 * 0.25) / 1_500) * 1e6),
      microUsdPerMillionOutputTokens: Math.round(((3_600_000 * 0.75) / 400) * 1e6),
    });
  });

  test("by weight when some of it was not, and the report says so", () => {
    const { totals, notes } = report([
      gpu,
      request({ prefill_s: 1, decode_s: 3 }),
      request({ team: "other" }),
    ]);
    expect(totals.splitMethod).toBe("multiplier");
    expect(notes.join()).toContain("2.5 input tokens");
  });
});

describe("good requests", () => {
  const judged = (events: readonly TelemetryEvent[], slo: Slo) =>
    buildReport(rowsOf([hourOfGpu(), ...events], 3600, slo), "model");
  const fast = request({ ttft_s: 0.1, latency_s: 1 });
  const slow = request({ ttft_s: 0.9, latency_s: 1 });
  const untimed = request();

  test("cost the share of the judged ones", () => {
    const { totals } = judged([fast, fast, slow, untimed], { ttft: 0.5 });
    expect(totals).toMatchObject({ requests: 4, sloRequests: 3, goodRequests: 2, sloMissedTtft: 1 });
    expect(totals.microUsdPerGoodRequest).toBe((3_600_000 * 0.75) / 2);
  });

  test("have no price without a good one, and none without GPUs", () => {
    expect(judged([slow], { ttft: 0.5 }).totals.microUsdPerGoodRequest).toBeNull();
    const bare = buildReport(rowsOf([fast], 3600, { ttft: 0.5 }), "model");
    expect(bare.totals).toMatchObject({ goodRequests: 1, microUsdPerGoodRequest: null });
  });

  test("from histograms are said to be estimated", () => {
    const interval = request({
      kind: "interval",
      requests: 4,
      ttft_counts: [3, ...new Array(15).fill(0), 1],
    });
    const { totals, notes } = judged([fast, interval], { ttft: 0.5 });
    expect(totals).toMatchObject({ sloRequests: 5, sloEstimatedRequests: 4, goodRequests: 4 });
    expect(notes.join()).toContain("4 of 5 requests are judged from histograms");
    expect(judged([interval], { ttft: 0.5 }).notes.join()).toContain(
      "Good requests are judged from histograms",
    );
  });
});

test("percentiles are of all requests of a group, whatever they ran on", () => {
  const many = Array.from({ length: 100 }, (_, at) => request({ latency_s: at < 90 ? 1 : 10, ttft_s: 0.01 }));
  const gpus = [hourOfGpu(), hourOfGpu({ gpu_uuid: "GPU-b" })];
  for (const by of ["model", "gpu"] as const) {
    const { totals } = report([...gpus, ...many], by);
    expect([totals.p95LatencySeconds, totals.p50TtftSeconds]).toEqual([8.75, 0.005]);
  }
});

describe("the notes say", () => {
  test.each<[string, readonly TelemetryEvent[]]>([
    ["GPU figures are modelled, not measured", [hourOfGpu({ quality: "synthetic" }), request()]],
    [
      "Some GPU figures are modelled",
      [hourOfGpu({ quality: "synthetic" }), hourOfGpu({ gpu_uuid: "GPU-b" }), request()],
    ],
    ["Some GPU figures are estimated, not measured", [hourOfGpu({ quality: "estimated" }), request()]],
    ["Tokens are generated, not measured", [hourOfGpu(), request({ quality: "synthetic" })]],
    ["No price is known for NVIDIA A100-SXM4-40GB", [hourOfGpu({ price_per_hour_microusd: 0 }), request()]],
    ["There are no GPU readings", [request()]],
    ["There are no token events", [hourOfGpu()]],
  ])("%s", (note, events) => expect(report(events).notes.join("\n")).toContain(note));

  test("nothing about measured figures with prices and times", () => {
    expect(report([hourOfGpu(), request({ prefill_s: 1, decode_s: 1 })]).notes).toEqual([]);
  });
});

test("GPUs are labelled by card and host, and by id where that names two", () => {
  const labels = (events: readonly TelemetryEvent[]) =>
    report(events, "gpu").groups.map(({ label }) => label);
  const long = ["GPU-01234567-a", "GPU-01234567-b", "GPU-89abcdef-c"].map((gpu_uuid) =>
    hourOfGpu({ gpu_uuid }),
  );
  expect(labels(long).map((label) => label.split(",")[0]!)).toEqual([
    "GPU-01234567-a",
    "GPU-01234567-b",
    "GPU-89abcdef",
  ]);
  expect(labels([hourOfGpu()])).toEqual(["NVIDIA A100-SXM4-40GB on host-a"]);
  expect(labels([hourOfGpu(), hourOfGpu({ gpu_uuid: "GPU-b" })])).toEqual([
    "GPU-a, NVIDIA A100-SXM4-40GB on host-a",
    "GPU-b, NVIDIA A100-SXM4-40GB on host-a",
  ]);
});

test("hours stand in their order; other groups from dear to cheap", () => {
  const later = gpuEvent({ ts: at(180), interval_s: 3_600, price_per_hour_microusd: 9_000_000 });
  expect(report([later, hourOfGpu()], "hour").groups.map(({ label }) => label)).toEqual([
    "2026-03-01 10:00 UTC",
    "2026-03-01 12:00 UTC",
  ]);
});
