import { expect, test } from "bun:test";
import { decodeEvent } from "./decode.ts";
import type { EventKind } from "./topics.ts";

const limits = { maxBytes: 4_096, maxFutureMs: 60_000, legacyIntervalS: 5 };
const NOW_MS = Date.UTC(2026, 2, 1, 10);

function decode(kind: EventKind, event: object, more: { legacyPriceMicroUsd?: number } = {}) {
  const value = new TextEncoder().encode(JSON.stringify(event));
  return decodeEvent(
    kind,
    { value, appendedMs: NOW_MS, origin: "log/t/0", offset: 0 },
    { ...limits, ...more },
  );
}

const oldGpu = {
  gpu_index: 1,
  name: "RTX 3090",
  utilization: 0.42,
  mem_used_mb: 8_192,
  mem_total_mb: 24_576,
  power_w: 210.5,
  price_per_hour_usd: 0.85,
  ts: "2026-03-01T09:59:58.250000",
  host: "node-1",
};
const oldToken = {
  ts: 1_772_359_190,
  model: "llama-3-8b",
  prompt_tokens: 300,
  completion_tokens: 80,
  latency_ms: 1_250,
  gpu_index: 1,
};

test("a version 0 GPU reading is taken over with its units", () => {
  expect(decode("gpu", oldGpu)).toEqual({
    ok: true,
    tsMs: NOW_MS - 1_750,
    legacy: true,
    minted: true,
    event: {
      event_id: expect.stringMatching(/^minted-[0-9a-f]{32}$/),
      schema_version: 1,
      ts: "2026-03-01T09:59:58.250Z",
      source: "legacy",
      source_id: "node-1",
      boot_id: "legacy",
      seq: 0,
      host: "node-1",
      quality: "estimated",
      gpu_uuid: "node-1/gpu1",
      gpu_index: 1,
      gpu_model: "RTX 3090",
      interval_s: 5,
      utilization: 0.42,
      mem_used_bytes: 8_589_934_592,
      mem_total_bytes: 25_769_803_776,
      power_w: 210.5,
      price_per_hour_microusd: 850_000,
      price_source: "event",
    },
  });
});

test("a version 0 token event is one request", () => {
  expect(decode("token", oldToken)).toEqual({
    ok: true,
    tsMs: 1_772_359_190_000,
    legacy: true,
    minted: true,
    event: {
      event_id: expect.stringMatching(/^minted-/),
      schema_version: 1,
      ts: "2026-03-01T09:59:50.000Z",
      source: "legacy",
      source_id: "unknown",
      boot_id: "legacy",
      seq: 0,
      host: "unknown",
      quality: "estimated",
      kind: "request",
      requests: 1,
      model: "llama-3-8b",
      input_tokens: 300,
      output_tokens: 80,
      latency_s: 1.25,
      gpu_index: 1,
    },
  });
});

test.each([
  ["ISO text with a zone", "2026-03-01T10:59:50+01:00"],
  ["ISO text without a zone, which is UTC", "2026-03-01T09:59:50"],
  ["seconds", 1_772_359_190],
  ["seconds with a fraction", 1_772_359_190.0004],
  ["milliseconds", 1_772_359_190_000],
])("its time may be %s", (_name, ts) =>
  expect(decode("token", { ...oldToken, ts })).toMatchObject({ tsMs: NOW_MS - 10_000 }),
);

test.each([
  ["the event's own price", oldGpu, { legacyPriceMicroUsd: 1 }, 850_000, "event"],
  [
    "the configured one",
    { ...oldGpu, price_per_hour_usd: undefined },
    { legacyPriceMicroUsd: 7 },
    7,
    "config",
  ],
  ["that of the price book", { ...oldGpu, price_per_hour_usd: undefined }, {}, 850_000, "price-book"],
  ["none", { ...oldGpu, price_per_hour_usd: undefined, name: "Voodoo 2" }, {}, 0, "unknown"],
])("its price is %s", (_name, event, more, price_per_hour_microusd, price_source) =>
  expect(decode("gpu", event, more)).toMatchObject({
    ok: true,
    event: { price_per_hour_microusd, price_source },
  }),
);

test("tokens that name host and index are bound to the GPU whose readings name the same", () => {
  const gpu = decode("gpu", oldGpu);
  const token = decode("token", { ...oldToken, host: "node-1" });
  expect(token).toMatchObject({
    event: { gpu_uuids: [gpu.ok && (gpu.event as { gpu_uuid: string }).gpu_uuid] },
  });
});

test.each([
  ['mem_used_mb: must be a number, got "NaN"', { ...oldGpu, mem_used_mb: "NaN" }],
  ['ts: must be an ISO time, or seconds or milliseconds, got "soon"', { ...oldGpu, ts: "soon" }],
  ["ts: must be an ISO time, or seconds or milliseconds, got undefined", { ...oldGpu, ts: undefined }],
  ["ts: must be an ISO time, or seconds or milliseconds, got -5", { ...oldGpu, ts: -5 }],
  ["gpu_index: missing", { ...oldGpu, gpu_index: undefined }],
  ["power_w: must be >= 0, got -1", { ...oldGpu, power_w: -1 }],
])("what is wrong in it is named: %s", (detail, event) =>
  expect(decode("gpu", event)).toEqual({ ok: false, reason: "schema_invalid", detail }),
);

test("a percentage in it is suspected to be one", () => {
  expect(decode("gpu", { ...oldGpu, utilization: 42 })).toMatchObject({ ok: false, reason: "unit_suspect" });
});
