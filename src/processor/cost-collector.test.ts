import { expect, test } from "bun:test";
import { memoryStore } from "../../tests/helpers/memory-store.ts";
import { steeredClock } from "../../tests/helpers/steered-clock.ts";
import { gpuEvent, START_MS, storedEvent, tokenEvent } from "../../tests/helpers/telemetry.ts";
import { createMeters } from "../support/meters.ts";
import type { TelemetryEvent } from "../telemetry/events.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { planRollups } from "../telemetry/rollup-plan.ts";
import { unreconciledUsd } from "./cost/points.ts";
import { watchCost } from "./cost-collector.ts";
import { newestPerSubject } from "./latest.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

async function setUp(settings: { maxLabelValues?: number } = {}) {
  const store = memoryStore();
  const clock = steeredClock(START_MS + 10 * MINUTE_MS);
  const meters = await createMeters(metricCatalogue);
  let queries = 0;
  let away = false;
  const counted = {
    ...store,
    queryRollups: async (query: Parameters<typeof store.queryRollups>[0]) => {
      queries++;
      if (away) throw new Error("away");
      return store.queryRollups(query);
    },
  };
  watchCost({
    store: counted,
    meters,
    clock,
    settings: { costRefreshMs: 5_000, costWindowMs: 5 * MINUTE_MS, maxLabelValues: 100, ...settings },
  });
  let offset = 0;
  const slo = { ttft: 0.5, e2e: 5 };
  return {
    clock,
    queries: () => queries,
    goAway: (is: boolean) => {
      away = is;
    },
    async keep(...events: TelemetryEvent[]) {
      const stored = events.map((event) => storedEvent("o", offset++, event));
      await store.applyRollups(planRollups("o", stored, slo));
      await store.keepLatest(newestPerSubject([stored]));
    },
    async metrics(pattern: RegExp) {
      const lines = (await meters.registry.metrics()).split("\n");
      return Object.fromEntries(
        lines
          .filter((line) => !line.startsWith("#") && pattern.test(line))
          .map((line) => [
            line.slice(0, line.lastIndexOf(" ")),
            Number(line.slice(line.lastIndexOf(" ") + 1)),
          ]),
      );
    },
  };
}

/** One A100 at 3.2 $/h for a minute of which it works half, at 200 W, and what it answered meanwhile. */
const minute = (at: number, id: string) => [
  gpuEvent(`g${id}`, at, { interval_s: 60, served_model: "llama-3-8b" }),
  tokenEvent(`t${id}`, at - 1_000, {
    gpu_uuids: ["GPU-1"],
    input_tokens: 1_000,
    cache_read_tokens: 300,
    output_tokens: 200,
  }),
];

test("totals count from the first event: tokens, energy and cost by its two bases", async () => {
  const { keep, metrics } = await setUp();
  await keep(...minute(START_MS + 9 * MINUTE_MS, "1"));
  expect(await metrics(/^(llm_tokens|gpu_energy|gpu_cost|cost_unrec)/)).toEqual({
    'gpu_energy_joules_total{gpu_model="NVIDIA A100"}': 12_000,
    'llm_tokens_total{model="llama-3-8b",direction="input",cache="none"}': 700,
    'llm_tokens_total{model="llama-3-8b",direction="input",cache="read"}': 300,
    'llm_tokens_total{model="llama-3-8b",direction="input",cache="write"}': 0,
    'llm_tokens_total{model="llama-3-8b",direction="output",cache="none"}': 200,
    'gpu_cost_usd_total{gpu_model="NVIDIA A100",basis="allocation"}': expect.closeTo(3.2 / 60, 5),
    'gpu_cost_usd_total{gpu_model="NVIDIA A100",basis="usage"}': expect.closeTo(1.6 / 60, 5),
    cost_unreconciled_usd: 0,
  });
});

test("what is attributed is the bill, whoever shares it", async () => {
  const { keep, metrics } = await setUp();
  for (let at = 1; at < 9; at++) await keep(...minute(START_MS + at * MINUTE_MS, `m${at}`));
  expect(await metrics(/^cost_unreconciled/)).toEqual({ cost_unreconciled_usd: 0 });
  const [one] = planRollups("o", [storedEvent("o", 99, gpuEvent("odd", START_MS, { interval_s: 60 }))]);
  expect(unreconciledUsd({ gpus: new Map(), models: new Map(), bill: one!.sums.costNanoUsd / 1000 })).toBe(
    0.05,
  );
});

test("cost and energy per token are those of the window, and go away when it has no tokens", async () => {
  const { keep, metrics, clock } = await setUp();
  await keep(...minute(START_MS + 9 * MINUTE_MS, "1"));
  const prices = await metrics(/^llm_(cost|energy)/);
  expect(prices['llm_energy_joules_per_token{model="llama-3-8b"}']).toBe(10);
  const blended =
    'llm_cost_per_million_tokens_usd{model="llama-3-8b",basis="allocation",direction="blended",method="none"}';
  expect(prices[blended]).toBeCloseTo((0.053333 / 1_200) * 1e6, 1);
  expect(Object.keys(prices).filter((name) => name.includes('method="multiplier"')).length).toBe(2);
  await clock.advance(20 * MINUTE_MS);
  expect(await metrics(/^llm_(cost|energy)/)).toEqual({});
});

test("an hour's idle cost counts when the hour is over, told by whether something ran in it", async () => {
  const { keep, metrics, clock } = await setUp();
  await keep(...minute(START_MS + 9 * MINUTE_MS, "1"));
  await keep(
    gpuEvent("idle", START_MS + 9 * MINUTE_MS, { gpu_uuid: "GPU-2", interval_s: 60, utilization: 0 }),
  );
  expect(await metrics(/^gpu_idle/)).toEqual({
    'gpu_idle_cost_usd_total{gpu_model="NVIDIA A100",reason="idle"}': 0,
    'gpu_idle_cost_usd_total{gpu_model="NVIDIA A100",reason="unallocated"}': 0,
  });
  await clock.advance(HOUR_MS);
  const idle = await metrics(/^gpu_idle/);
  expect(idle['gpu_idle_cost_usd_total{gpu_model="NVIDIA A100",reason="idle"}']).toBeCloseTo(0.026667, 5);
  expect(idle['gpu_idle_cost_usd_total{gpu_model="NVIDIA A100",reason="unallocated"}']).toBeCloseTo(
    0.053333,
    5,
  );
});

test("the newest reading of each GPU is shown by what it measured, and a silent GPU goes away", async () => {
  const { keep, metrics, clock } = await setUp();
  await keep(
    gpuEvent("g1", START_MS + 8 * MINUTE_MS, { utilization: 0.9, sm_active: 0.4 }),
    gpuEvent("g2", START_MS + 9 * MINUTE_MS, { gpu_uuid: "MIG-1", gpu_index: 1, mig_instance_id: "7" }),
  );
  expect(await metrics(/^gpu_(utilization|memory|power)/)).toEqual({
    'gpu_utilization_ratio{gpu_model="NVIDIA A100",host="node-1",gpu="0",kind="device"}': 0.9,
    'gpu_utilization_ratio{gpu_model="NVIDIA A100",host="node-1",gpu="0",kind="sm"}': 0.4,
    'gpu_utilization_ratio{gpu_model="NVIDIA A100",host="node-1",gpu="1/7",kind="device"}': 0.5,
    'gpu_memory_used_bytes{gpu_model="NVIDIA A100",host="node-1",gpu="0"}': 20e9,
    'gpu_memory_used_bytes{gpu_model="NVIDIA A100",host="node-1",gpu="1/7"}': 20e9,
    'gpu_power_watts{gpu_model="NVIDIA A100",host="node-1",gpu="0"}': 200,
    'gpu_power_watts{gpu_model="NVIDIA A100",host="node-1",gpu="1/7"}': 200,
  });
  await clock.advance(3.5 * MINUTE_MS);
  expect(Object.keys(await metrics(/^gpu_power/))).toEqual([
    'gpu_power_watts{gpu_model="NVIDIA A100",host="node-1",gpu="1/7"}',
  ]);
  expect(await metrics(/^processor_rollup_lag/)).toEqual({
    'processor_rollup_lag_seconds{rollup="gpu"}': 270,
  });
});

test("requests are counted by whether they kept the declared objective, and which part they missed", async () => {
  const { keep, metrics } = await setUp();
  await keep(
    tokenEvent("good", START_MS, { ttft_s: 0.2, latency_s: 2 }),
    tokenEvent("late", START_MS, { ttft_s: 0.9, latency_s: 2 }),
    tokenEvent("slow", START_MS, { ttft_s: 0.9, latency_s: 20 }),
    tokenEvent("unjudged", START_MS, { model: "other" }),
  );
  expect(await metrics(/^llm_(goodput|slo)/)).toEqual({
    'llm_goodput_requests_total{model="llama-3-8b"}': 1,
    'llm_slo_missed_total{model="llama-3-8b",slo="ttft"}': 2,
    'llm_slo_missed_total{model="llama-3-8b",slo="tpot"}': 0,
    'llm_slo_missed_total{model="llama-3-8b",slo="e2e"}': 1,
  });
});

test("many scrapes ask the store once per refresh time", async () => {
  const { keep, metrics, clock, queries } = await setUp();
  await keep(...minute(START_MS + 9 * MINUTE_MS, "1"));
  await Promise.all([metrics(/x/), metrics(/x/)]);
  const once = queries();
  await clock.advance(4_000);
  await metrics(/x/);
  expect(queries()).toBe(once);
  await clock.advance(2_000);
  await metrics(/x/);
  expect(queries()).toBeGreaterThan(once);
});

test("an hour is reported again only when something was added to it", async () => {
  const { keep, metrics, clock, queries } = await setUp();
  for (let hour = 1; hour <= 5; hour++) await keep(...minute(START_MS - hour * HOUR_MS, `h${hour}`));
  await metrics(/x/);
  const first = queries();
  await clock.advance(6_000);
  await metrics(/x/);
  const second = queries() - first;
  expect(second).toBeLessThan(first - 4);
  await keep(tokenEvent("late", START_MS - 3 * HOUR_MS, { input_tokens: 5, output_tokens: 0 }));
  await clock.advance(6_000);
  const tokens = await metrics(/direction="input",cache="none"/);
  expect(Object.values(tokens)).toEqual([5 * 700 + 5]);
});

test("totals are shown only when they are complete, so that a restart does not look like a reset", async () => {
  const { keep, metrics, clock } = await setUp();
  for (let hour = 1; hour <= 30; hour++) await keep(tokenEvent(`t${hour}`, START_MS - hour * HOUR_MS));
  expect(await metrics(/^llm_tokens/)).toEqual({});
  await clock.advance(6_000);
  expect(
    (await metrics(/^llm_tokens/))['llm_tokens_total{model="llama-3-8b",direction="output",cache="none"}'],
  ).toBe(600);
});

test("series beyond the limit are left out, the dearest stay, and how many is counted", async () => {
  const { keep, metrics } = await setUp({ maxLabelValues: 4 });
  for (let at = 0; at < 5; at++)
    await keep(
      tokenEvent(`t${at}`, START_MS, { model: `m${at}`, input_tokens: 100 * at + 1, output_tokens: 0 }),
    );
  expect(Object.keys(await metrics(/^llm_tokens/)).every((name) => name.includes('model="m4"'))).toBe(true);
  expect(await metrics(/^cost_label_overflow/)).toEqual({ cost_label_overflow_total: 16 });
});

test("when the store is away the figures stay as they were", async () => {
  const { keep, metrics, clock, goAway } = await setUp();
  await keep(...minute(START_MS + 9 * MINUTE_MS, "1"));
  const before = await metrics(/^gpu_energy/);
  goAway(true);
  await clock.advance(6_000);
  expect(await metrics(/^gpu_energy/)).toEqual(before);
});
