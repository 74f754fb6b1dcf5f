import { expect, test } from "bun:test";
import { memoryStore } from "../helpers/memory-store.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../samples/events.ts";
import { fill, NOW_MS, testApi } from "./api.ts";

const iso = (ms: number) => new Date(ms).toISOString();

test("/gpu/info has each GPU, the newest at the top, and the rolling cost per token", async () => {
  const store = memoryStore();
  await fill(store, [
    gpuEvent({ event_id: "g1", ts: iso(NOW_MS - 15_000), gpu_index: 1, gpu_uuid: "GPU-b" }),
    gpuEvent({ event_id: "g2", ts: iso(NOW_MS - 5_000) }),
    tokenEvent({ event_id: "t0", ts: iso(NOW_MS - 45_000), input_tokens: 777 }),
    tokenEvent({ event_id: "t1", ts: iso(NOW_MS - 15_000), input_tokens: 40, output_tokens: 5 }),
    tokenEvent({ event_id: "t2", ts: iso(NOW_MS - 12_000), input_tokens: 10, output_tokens: 5 }),
  ]);
  const { read } = await testApi({ store });
  const body = await read("/gpu/info");
  const card = {
    gpu_index: 0,
    name: "NVIDIA A100-SXM4-40GB",
    utilization: 0.5,
    mem_used_mb: 20_480,
    mem_total_mb: 40_960,
    power_w: 250,
    price_per_hour_usd: 3.6,
    ts: iso(NOW_MS - 5_000),
    host: "host-a",
  };
  expect(body).toEqual({
    ...card,
    gpus: [card, { ...card, gpu_index: 1, ts: iso(NOW_MS - 15_000) }],
    // Two cards at 3.6 $/h, 60 tokens in 30 s.
    cost_per_token: 7.2 / (60 * 120),
    cost_window_s: 30,
    price_per_hour_usd_total: 7.2,
  });
});

test("a GPU that went silent long ago is still shown, and costs nothing any more", async () => {
  const store = memoryStore();
  await fill(store, [
    gpuEvent({ event_id: "g1", ts: iso(HOUR_MS + 10_000), gpu_uuid: "GPU-gone" }),
    gpuEvent({ event_id: "g2", ts: iso(NOW_MS - 5_000) }),
  ]);
  const { read } = await testApi({ store });
  const { gpus, price_per_hour_usd_total } = await read<{ gpus: []; price_per_hour_usd_total: number }>(
    "/gpu/info",
  );
  expect([gpus.length, price_per_hour_usd_total]).toEqual([2, 3.6]);
});

test("without tokens there is no cost per token, and without GPUs nothing at the top", async () => {
  const { read } = await testApi();
  expect(await read("/gpu/info")).toEqual({
    gpus: [],
    cost_per_token: null,
    cost_window_s: 30,
    price_per_hour_usd_total: 0,
  });
});

test("/api/v1/gpus tells the age of each reading", async () => {
  const store = memoryStore();
  await fill(store, [gpuEvent({ ts: iso(NOW_MS - 5_000), temp_c: 61, team: "search" })]);
  const { read } = await testApi({ store });
  const { gpus } = await read<{ gpus: Record<string, unknown>[] }>("/api/v1/gpus");
  expect(gpus).toHaveLength(1);
  expect(gpus[0]).toMatchObject({ uuid: "GPU-a", ageSeconds: 5, temperatureCelsius: 61, team: "search" });
  expect(gpus[0]).toMatchObject({ servedModel: null, powerLimitWatts: null, fraction: 1 });
});
