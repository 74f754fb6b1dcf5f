import { expect, test } from "bun:test";
import { Compile } from "typebox/compile";
import { gpuEventSchema } from "../telemetry/events.ts";
import { rtx3090 } from "./cards.ts";
import { gpuEventOf } from "./gpu-event.ts";
import { createGpuModel } from "./gpu-model.ts";

const tsMs = Date.parse("2026-01-01T00:00:10Z");
const identity = { eventId: "e-1", source: "synthetic", sourceId: "s", bootId: "b", seq: 7 };
const reading = (priceMicroUsdPerHour?: number) =>
  createGpuModel({
    cards: [rtx3090],
    host: "node-1",
    intervalS: 10,
    startMs: tsMs - 10_000,
    ...(priceMicroUsdPerHour === undefined ? {} : { priceMicroUsdPerHour }),
  }).readingsUntil(tsMs)[0]!;

test("a modelled reading becomes a valid event that says it is synthetic", () => {
  const event = gpuEventOf(reading(), { ...identity, servedModel: "llama" });
  expect(Compile(gpuEventSchema).Check(event)).toBe(true);
  expect(event).toMatchObject({
    quality: "synthetic",
    ts: "2026-01-01T00:00:10.000Z",
    gpu_model: "RTX 3090",
    interval_s: 10,
    power_w: 20,
    energy_j: 200,
    mem_total_bytes: 24_576 * 1024 ** 2,
    price_per_hour_microusd: 850_000,
    price_source: "price-book",
    served_model: "llama",
    seq: 7,
  });
});

test("a price the user gave is named as such, and no served model means no field", () => {
  const event = gpuEventOf(reading(1_250_000), identity);
  expect([event.price_per_hour_microusd, event.price_source]).toEqual([1_250_000, "config"]);
  expect("served_model" in event).toBe(false);
});
