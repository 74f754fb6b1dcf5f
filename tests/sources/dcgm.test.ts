import { describe, expect, test } from "bun:test";
import { fitsSchema } from "../../src/telemetry/schema-check.ts";
import { fixture, type Labels, pageOf } from "./page.ts";
import { dcgmRig, START_MS } from "./tracking.ts";

const MIB = 1024 ** 2;
const before = await fixture("dcgm/exporter-4.8.prom");
const since = await fixture("dcgm/exporter-4.9.prom");

/** The same page a little later: 10 s on, so many joules more on the first card. */
const later = (page: string, joules: number) =>
  page
    .replace("1834112345678", String(1_834_112_345_678 + joules * 1000))
    .replace("1834112345.678", String(1_834_112_345.678 + joules));

describe("a page before and since 4.9", () => {
  const read = (page: string) => {
    const rig = dcgmRig();
    const first = rig.show(page, 0);
    return { ...rig, first, second: rig.show(later(page, 4_100), 10) };
  };
  const old = read(before);

  test("is only a baseline at first", () =>
    expect([old.first.events, old.first.summary]).toEqual([[], "2 GPUs"]));

  test("gives the same events in both generations", () => {
    expect(old.second.events.length).toBe(2);
    expect(read(since).second.events).toEqual(old.second.events);
  });

  test("gives everything in base units, with what the card says of itself", () => {
    const [busy, idle] = old.second.events;
    expect(busy).toEqual({
      event_id: expect.any(String),
      schema_version: 1,
      ts: new Date(START_MS + 10_000).toISOString(),
      ...{ source: "dcgm", source_id: "dcgm http://gpu:9400/metrics", boot_id: "boot-1", seq: 0 },
      ...{ host: "gpu-node-1", quality: "measured", driver_version: "550.90.07" },
      ...{
        gpu_uuid: "GPU-5f2c7f5e-3f0b-4f0e-9a56-0a6f1b1f0001",
        gpu_index: 0,
        gpu_model: "NVIDIA H100 80GB HBM3",
      },
      ...{
        interval_s: 10,
        utilization: 0.87,
        engine_active: 0.8642,
        tensor_active: 0.3127,
        dram_active: 0.4415,
      },
      ...{ mem_used_bytes: 67_890 * MIB, mem_free_bytes: 12_843 * MIB, mem_reserved_bytes: 826 * MIB },
      mem_total_bytes: 81_559 * MIB,
      ...{ power_w: 412.387, energy_j: 4_100, energy_j_total: 1_834_116_445.678, temp_c: 61 },
      ...{ sm_clock_hz: 1.98e9, mem_clock_hz: 2.619e9, xid_last: 0 },
      ...{ price_per_hour_microusd: 3_600_000, price_source: "config" },
      ...{ pod: "llama-7d9c5b-x2x9q", namespace: "serving", container: "vllm" },
    });
    expect(idle).toMatchObject({ gpu_index: 1, energy_j: 0, seq: 1, utilization: 0 });
    expect(idle).not.toContainKeys(["pod", "namespace", "container", "mem_temp_c"]);
  });

  test("gives events that the processor takes", () => {
    for (const event of old.second.events) expect(fitsSchema("gpu", { ...event })).toBe(true);
  });

  test("lacks nothing that figures are made of", () => expect(old.noted.missing).toEqual([]));
});

const card = (labels: Labels = {}) => ({
  gpu: "0",
  UUID: "GPU-1",
  modelName: "NVIDIA L4",
  Hostname: "node",
  ...labels,
});
const plain = (watts: number, joules?: number, more: Record<string, number> = {}) =>
  pageOf({
    DCGM_FI_DEV_POWER_USAGE: [[card(), watts]],
    ...(joules === undefined ? {} : { DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: [[card(), joules * 1000]] }),
    DCGM_FI_DEV_GPU_UTIL: [[card(), 50]],
    DCGM_FI_DEV_FB_USED: [[card(), 10]],
    DCGM_FI_DEV_FB_FREE: [[card(), 20]],
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, [[card(), value]] as const])),
  });

describe("energy", () => {
  test.each([
    ["is the difference of the counter", [100, 5_000], [200, 6_234], 10, 1_234, 0],
    ["is power over the real time without a counter", [100], [200], 10, 1_500, 0],
    ["is power over the real time when the counter began again", [100, 5_000], [200, 40], 10, 1_500, 1],
    ["is power over the real time when the counter jumps", [100, 0], [200, 5e9], 10, 1_500, 1],
    ["counts for as long as it really was", [100], [100], 7.5, 750, 0],
  ] as const)("%s", (_name, [w0, j0], [w1, j1], seconds, energy_j, resets) => {
    const { show, noted } = dcgmRig();
    show(plain(w0, j0), 0);
    const { events } = show(plain(w1, j1), seconds);
    expect(events[0]).toMatchObject({ energy_j, interval_s: seconds, quality: "measured" });
    expect(noted.resets).toBe(resets);
  });

  test("is estimated, named and 0 when the page has neither power nor a counter", () => {
    const { show, noted } = dcgmRig();
    const bare = pageOf({ DCGM_FI_DEV_GPU_UTIL: [[card(), 50]], DCGM_FI_DEV_FB_USED: [[card(), 1]] });
    show(bare, 0);
    const { events, remarks } = show(bare, 10);
    expect(events[0]).toMatchObject({ quality: "estimated", energy_j: 0, power_w: 0 });
    expect(remarks.join()).toContain("no power and no energy");
    expect(noted.missing).toEqual(["engine_active", "power_w", "energy_j_total"]);
  });
});

describe("units that are not what the name says", () => {
  const ratios = (...values: number[]) =>
    pageOf({
      DCGM_FI_DEV_GPU_UTIL_RATIO: values.map(
        (value, at) => [card({ gpu: `${at}`, UUID: `GPU-${at}` }), value] as const,
      ),
    });
  const utilizations = (show: ReturnType<typeof dcgmRig>["show"], page: string, at: number) =>
    show(page, at).events.map(({ utilization }) => utilization);

  test("a ratio above 1 is a percentage, and so is every value beside it and after it", () => {
    const { show, noted } = dcgmRig();
    show(ratios(0, 0), 0);
    expect(utilizations(show, ratios(1, 87), 10)).toEqual([0.01, 0.87]);
    expect(utilizations(show, ratios(1, 1), 20)).toEqual([0.01, 0.01]);
    expect(noted.rescaled).toEqual({ utilization: 4 });
  });

  test("until a fraction shows that it is a ratio after all", () => {
    const { show } = dcgmRig();
    show(ratios(40), 0);
    expect(utilizations(show, ratios(0.4), 10)).toEqual([0.4]);
    expect(utilizations(show, ratios(1), 20)).toEqual([1]);
  });

  test.each([
    ["9223372036854775794, which stands for not supported", 2 ** 63],
    ["a negative value", -1],
    ["not a number", Number.NaN],
    ["a blank 32-bit number", 2_147_483_632],
  ])("%s is no value", (_name, value) => {
    const { show } = dcgmRig();
    const page = plain(100, 1, {
      DCGM_FI_DEV_GPU_TEMP: value,
      DCGM_FI_DEV_SM_CLOCK: value,
      DCGM_FI_PROF_SM_ACTIVE: value,
    });
    show(page, 0);
    expect(show(page, 10).events[0]).not.toContainKeys(["temp_c", "sm_clock_hz", "sm_active"]);
  });
});

describe("labels", () => {
  const read = (labels: Labels) => {
    const page = pageOf({ DCGM_FI_DEV_POWER_USAGE: [[labels, 100]] });
    const { show } = dcgmRig();
    show(page, 0);
    return show(page, 10).events[0];
  };
  test.each<[string, Labels, object]>([
    [
      "of old",
      { gpu: "3", UUID: "GPU-1", modelName: "L4", Hostname: "n" },
      { gpu_index: 3, gpu_uuid: "GPU-1", gpu_model: "L4", host: "n" },
    ],
    [
      "in lower case",
      { gpu: "3", uuid: "GPU-1", model_name: "L4", hostname: "n" },
      { gpu_uuid: "GPU-1", gpu_model: "L4", host: "n" },
    ],
    [
      "of nobody but the endpoint",
      { gpu: "3" },
      { gpu_uuid: "gpu/gpu3", host: "gpu", gpu_model: "unknown GPU" },
    ],
    [
      "of pods before 2.0",
      { gpu: "0", UUID: "G", pod_name: "p", pod_namespace: "s", container_name: "c" },
      { pod: "p", namespace: "s", container: "c" },
    ],
    [
      "that Prometheus prefixed, beside those of the exporter's own pod",
      {
        gpu: "0",
        UUID: "G",
        pod: "dcgm-exporter-1",
        namespace: "gpu-operator",
        exported_pod: "p",
        exported_namespace: "s",
      },
      { pod: "p", namespace: "s" },
    ],
  ])("%s", (_name, labels, expected) => expect(read(labels)).toMatchObject(expected));

  test("of a switch or a CPU are no GPU", () => expect(read({ nvswitch: "1" })).toBeUndefined());
});
