import fc from "fast-check";
import { type GpuEvent, qualities, type TokenEvent } from "../../src/telemetry/events.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "./events.ts";

const word = fc.constantFrom("a", "b", "c");
const instant = fc
  .integer({ min: HOUR_MS, max: HOUR_MS + 3 * 3_600_000 })
  .map((ms) => new Date(ms).toISOString());
const ratio = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const partly: { requiredKeys: [] } = { requiredKeys: [] };

const bucketCounts = fc.array(fc.nat(20), { maxLength: 20 });

/** GPU events of a few GPUs over three hours, with every field that moves a sum. */
export const gpuEvents: fc.Arbitrary<GpuEvent> = fc
  .record({
    event_id: fc.uuid(),
    ts: instant,
    host: word.map((name) => `host-${name}`),
    gpu_uuid: word.map((name) => `GPU-${name}`),
    gpu_model: word,
    quality: fc.constantFrom(...qualities),
    interval_s: fc.double({ min: 0, max: 60, noNaN: true }),
    utilization: ratio,
    power_w: fc.double({ min: 0, max: 700, noNaN: true }),
    price_per_hour_microusd: fc.nat(10_000_000),
    optional: fc.record(
      {
        engine_active: ratio,
        sm_active: ratio,
        energy_j: fc.double({ min: 0, max: 1e5, noNaN: true }),
        gpu_fraction: fc.constantFrom(0.25, 0.5, 1 / 7, 1),
        team: word,
      },
      partly,
    ),
  })
  .map(({ optional, ...own }) => gpuEvent({ ...own, ...optional }));

/** Token events of a few models, teams and tenants over three hours, bound to none, one or several GPUs. */
export const tokenEvents: fc.Arbitrary<TokenEvent> = fc
  .record({
    event_id: fc.uuid(),
    ts: instant,
    host: word.map((name) => `host-${name}`),
    model: word,
    kind: fc.constantFrom("request", "interval"),
    quality: fc.constantFrom(...qualities),
    input_tokens: fc.nat(10_000),
    output_tokens: fc.nat(4_000),
    requests: fc.nat(20),
    cached: fc.double({ min: 0, max: 1, noNaN: true }),
    optional: fc.record(
      {
        team: word,
        tenant: word,
        latency_s: fc.double({ min: 0, max: 100, noNaN: true }),
        ttft_s: fc.double({ min: 0, max: 10, noNaN: true }),
        prefill_s: fc.double({ min: 0, max: 10, noNaN: true }),
        decode_s: fc.double({ min: 0, max: 10, noNaN: true }),
        gpu_uuids: fc.uniqueArray(
          word.map((name) => `GPU-${name}`),
          { maxLength: 2 },
        ),
        error_type: fc.constant("timeout"),
        tpot_s: fc.double({ min: 0, max: 5, noNaN: true }),
        ttft_counts: bucketCounts,
        tpot_counts: bucketCounts,
        e2e_counts: bucketCounts,
      },
      partly,
    ),
  })
  .map(({ optional, cached, ...own }) =>
    tokenEvent({ ...own, ...optional, cache_read_tokens: Math.floor(own.input_tokens * cached) }),
  );
