import { afterAll, describe, expect, test } from "bun:test";
import { priceLookup } from "../../src/producer/gpu-price.ts";
import { decodeEvent } from "../../src/telemetry/decode.ts";
import { encodeEvent } from "../../src/telemetry/encode.ts";
import type { GpuEvent } from "../../src/telemetry/events.ts";
import { type Machine, openSmi, readUntil, smiFolder } from "./nvidia-smi-rig.ts";

const folder = smiFolder();
afterAll(folder.remove);

const MIB = 1024 ** 2;
const eventsOf = (machine: Machine, count = 4, more = {}) =>
  readUntil(openSmi(folder.machine(machine), more), (events) => events.length >= count);

describe.concurrent("what nvidia-smi tells becomes events", () => {
  test("of a new driver: measured, in base units, for each GPU", async () => {
    const priceOf = priceLookup(undefined);
    const events = await eventsOf({ SMI_MACHINE: "h100" }, 4, { priceOf });
    const [first, second] = events;
    expect(first).toMatchObject({
      ...{ source: "nvidia-smi", source_id: "nvidia-smi/node-1", boot_id: "boot-0", seq: 0, host: "node-1" },
      ...{ quality: "measured", gpu_uuid: "GPU-2a5f1f0e-3c1b-4b7e-9d7d-0f6a8f1c0001", gpu_index: 0 },
      ...{ gpu_model: "NVIDIA H100 80GB HBM3", driver_version: "590.48.01", utilization: 1 },
      ...{ mem_used_bytes: 19_818 * MIB, mem_total_bytes: 81_559 * MIB, mem_free_bytes: 61_263 * MIB },
      ...{ temp_c: 59, mem_temp_c: 54, sm_clock_hz: 1980e6, mem_clock_hz: 2619e6, power_limit_w: 700 },
      ...{ ecc_uncorrected_total: 0, throttle_reasons: [], price_source: "price-book" },
    });
    expect(second).toMatchObject({ gpu_index: 1, utilization: 0, throttle_reasons: ["gpu_idle"], seq: 1 });
    expect(first!.energy_j! / first!.interval_s).toBeCloseTo(631.95, 3);
    expect(first!.power_w).toBeCloseTo(631.95, 3);
    expect(first!.interval_s).toBeGreaterThan(0.15);
    expect(first).not.toHaveProperty("gpu_fraction");
  });

  test.each([
    ["k80", "measured", { driver_version: "375.66", throttle_reasons: [], utilization: 0.37 }],
    ["rtx2080s", "measured", { driver_version: "610.57.04", utilization: 0.08 }],
    ["nothing", "estimated", { utilization: 0, power_w: 0, mem_total_bytes: 0 }],
  ])("of %s: %s, and what it cannot tell is absent", async (machine, quality, known) => {
    const [event] = await eventsOf({ SMI_MACHINE: machine }, 1);
    expect(event).toMatchObject({ quality, ...known } as Partial<GpuEvent>);
    expect(event).not.toHaveProperty("mem_temp_c");
    for (const value of Object.values(event!)) expect(value).toBeDefined();
    const record = { value: encodeEvent(event!), appendedMs: Date.now(), origin: "t", offset: 0 };
    const limits = { maxBytes: 1e6, maxFutureMs: 60_000, legacyIntervalS: 1 };
    expect(decodeEvent("gpu", record, limits)).toMatchObject({ ok: true, legacy: false, minted: false });
  });

  test("with a counter: energy is what the card itself counted", async () => {
    const events = await eventsOf({ SMI_MACHINE: "counter" }, 4);
    const [before, after] = events.filter(({ gpu_index }) => gpu_index === 0);
    expect(after!.energy_j!).toBeCloseTo(after!.energy_j_total! - before!.energy_j_total!, 3);
    expect(after!.energy_j!).toBeGreaterThan(0);
  });

  test("whose spans follow each other without a gap, with ids that no other start has", async () => {
    const events = (await eventsOf({ SMI_MACHINE: "k80" }, 5)).slice(0, 5);
    const ends = events.map(({ ts }) => Date.parse(ts));
    for (let at = 1; at < events.length; at++)
      expect(ends[at]! - ends[at - 1]!).toBe(Math.round(events[at]!.interval_s * 1000));
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(5);
  });

  test("that carry what the rules say of the GPU", async () => {
    const rules = [{ gpu: "1", model: "llama-3-8b", team: "search", costCenter: "42" }];
    const source = openSmi(folder.machine(), { rules });
    const events = await readUntil(source, (some) => some.length >= 2);
    expect(events[0]).not.toHaveProperty("team");
    expect(events[1]).toMatchObject({ served_model: "llama-3-8b", team: "search", cost_center: "42" });
    const home = source.join.directory.homeOf({ model: "llama-3-8b", host: "node-1" });
    expect(home.gpus).toEqual([events[1]!.gpu_uuid]);
  });
});

describe.concurrent("a card with MIG", () => {
  test("is one event for each part, which together are the card once", async () => {
    const events = (await eventsOf({ SMI_MACHINE: "h100-mig" }, 4)).slice(0, 4);
    expect(events.map(({ mig_profile }) => mig_profile)).toEqual([
      "3g.40gb",
      "2g.20gb",
      "1g.10gb",
      "1g.10gb",
    ]);
    expect(new Set(events.map(({ gpu_uuid }) => gpu_uuid)).size).toBe(1);
    expect(new Set(events.map(({ mig_instance_id }) => mig_instance_id)).size).toBe(4);
    const sum = (of: (event: GpuEvent) => number) => events.reduce((all, event) => all + of(event), 0);
    expect(sum((event) => event.gpu_fraction!)).toBeCloseTo(1, 12);
    expect(sum((event) => event.energy_j!) / events[0]!.interval_s).toBeCloseTo(433.78, 3);
    expect(sum((event) => event.mem_total_bytes) / MIB).toBeCloseTo(81_559, 3);
    for (const event of events) {
      expect(event).toMatchObject({ quality: "estimated", price_per_hour_microusd: 3_600_000 });
      expect(event.power_w).toBeCloseTo(433.78, 3);
      // ((433.78 W − 70 W) / 630 W)^(1 / 0.7)
      expect(event.utilization).toBeCloseTo(0.456, 2);
    }
  });

  test("has what no instance has as an idle part", async () => {
    const source = openSmi(folder.machine({ SMI_MACHINE: "h200-mig" }));
    const events = await readUntil(source, (some) => some.length >= 3);
    expect(events.slice(0, 3).map((event) => [event.mig_instance_id, event.gpu_fraction])).toEqual([
      ["MIG-00000001-0000-5000-8000-000000000001", 1 / 7],
      ["MIG-00000002-0000-5000-8000-000000000001", 1 / 7],
      ["unallocated", 5 / 7],
    ]);
    expect(events[2]).toMatchObject({ utilization: 0 });
    expect(events[2]).not.toHaveProperty("mig_profile");
    expect(source.health()).toMatchObject({
      ok: true,
      detail: expect.stringContaining("estimated from power"),
    });
  });
});

describe.concurrent("a GPU that another source reads, too", () => {
  test("is counted there when that one knows its energy, and this is said", async () => {
    const source = openSmi(folder.machine());
    const gpu = "GPU-2a5f1f0e-3c1b-4b7e-9d7d-0f6a8f1c0001";
    const other = setInterval(() => {
      const toMs = Date.now();
      source.join.owners.claim({ gpu, source: "dcgm", energyCounter: true, fromMs: toMs - 1_000, toMs });
    }, 10);
    const events = await readUntil(source, (some) => some.length >= 2);
    clearInterval(other);
    expect(events.map(({ gpu_index }) => gpu_index)).toEqual([1, 1]);
    expect(source.health().detail).toContain(`GPU 0 (${gpu}) counted from dcgm`);
  });
});

describe.concurrent("an end", () => {
  test("keeps what was measured last, and what the log did not take, for the next start", async () => {
    const source = openSmi(folder.machine({ SMI_MACHINE: "k80" }), { spanMs: 400 });
    const stop = new AbortController();
    const kept: GpuEvent[] = [];
    let checkpoint: string | undefined;
    const begunMs = Date.now();
    for await (const batch of source.read(stop.signal)) {
      kept.push(...batch.events.map(({ event }) => event as GpuEvent));
      checkpoint = batch.before;
      if (kept.length === 1) {
        await Bun.sleep(200);
        stop.abort();
      }
    }
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(kept.at(-1)!.interval_s).toBeLessThan(0.4);
    const heldMs = kept.reduce((sum, { interval_s }) => sum + interval_s * 1000, 0);
    expect(heldMs).toBeLessThan(Date.now() - begunMs);
    const next = openSmi(folder.machine({ SMI_FAIL: "driver" }));
    const again = new AbortController();
    for await (const { events } of next.read(again.signal, checkpoint)) {
      expect(events.map(({ event }) => event.event_id)).toEqual(kept.map(({ event_id }) => event_id));
      again.abort();
    }
    expect(again.signal.aborted).toBe(true);
  });
});
