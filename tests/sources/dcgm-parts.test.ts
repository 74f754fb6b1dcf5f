import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { sharesOf } from "../../src/producer/dcgm/shares.ts";
import { contributionOf } from "../../src/telemetry/contribution.ts";
import type { GpuEvent } from "../../src/telemetry/events.ts";
import { addSums, zeroSums } from "../../src/telemetry/rollup.ts";
import { fitsSchema } from "../../src/telemetry/schema-check.ts";
import { fixture, type Labels, pageOf } from "./page.ts";
import { dcgmRig } from "./tracking.ts";

const MIB = 1024 ** 2;
const mig = await fixture("dcgm/exporter-mig.prom");
const sumsOf = (events: readonly GpuEvent[]) => {
  const sums = zeroSums();
  for (const event of events) addSums(sums, contributionOf(event).sums);
  return sums;
};

describe("a card divided into MIG instances", () => {
  const { show } = dcgmRig();
  show(mig, 0);
  const { events, summary } = show(mig.replaceAll("700000000", "702105000"), 10);

  test("is one card, with an event per instance and one for what nobody has", () => {
    expect(summary).toBe("1 GPU");
    expect(
      events.map(({ mig_instance_id, mig_profile, gpu_fraction, pod, utilization }) => ({
        ...{ mig_instance_id, mig_profile, gpu_fraction, pod, utilization },
      })),
    ).toEqual([
      { mig_instance_id: "1", mig_profile: "3g.40gb", gpu_fraction: 3 / 7, pod: "chat-0", utilization: 0.9 },
      { mig_instance_id: "2", mig_profile: "2g.20gb", gpu_fraction: 2 / 7, pod: "code-0", utilization: 0.25 },
      { mig_instance_id: "9", mig_profile: "1g.10gb", gpu_fraction: 1 / 7, pod: undefined, utilization: 0 },
      {
        mig_instance_id: "unallocated",
        mig_profile: undefined,
        gpu_fraction: 1 / 7,
        pod: undefined,
        utilization: 0,
      },
    ]);
    for (const event of events) expect(fitsSchema("gpu", { ...event })).toBe(true);
  });

  test("costs, holds and draws once what the card does", () => {
    const { heldMs, costNanoUsd, energyMilliJ, memUsedMibMs } = sumsOf(events);
    expect(heldMs).toBeWithin(9_998, 10_003);
    expect(costNanoUsd).toBeWithin(9_999_998, 10_000_003);
    expect(energyMilliJ).toBeWithin(2_104_998, 2_105_003);
    expect(memUsedMibMs).toBe((32_448 + 4_968) * 10_000);
    expect(new Set(events.map(({ gpu_uuid }) => gpu_uuid)).size).toBe(1);
  });

  test("is measured although its utilisation is told by the profiling fields alone", () =>
    expect(events.map(({ quality }) => quality)).toEqual(["measured", "measured", "measured", "measured"]));
});

describe("a card that pods share in time", () => {
  const labels = (pod: string, vgpu: string): Labels => ({
    ...{
      gpu: "0",
      UUID: "GPU-1",
      modelName: "NVIDIA L4",
      Hostname: "node",
      namespace: "n",
      container: "c",
      pod,
      vgpu,
    },
  });
  const page = pageOf({
    DCGM_FI_DEV_POWER_USAGE: [
      [labels("a", "0"), 60],
      [labels("b", "1"), 60],
      [labels("c", "2"), 60],
    ],
    DCGM_FI_DEV_GPU_UTIL: [
      [labels("a", "0"), 30],
      [labels("b", "1"), 30],
      [labels("c", "2"), 30],
    ],
    DCGM_FI_DEV_FB_USED: [
      [labels("a", "0"), 3000],
      [labels("b", "1"), 3000],
      [labels("c", "2"), 3000],
    ],
    DCGM_FI_DEV_FB_FREE: [
      [labels("a", "0"), 3000],
      [labels("b", "1"), 3000],
      [labels("c", "2"), 3000],
    ],
  });
  const { show } = dcgmRig();
  show(page, 0);
  const { events } = show(page, 10);

  test("is shared out alike, and counts once", () => {
    expect(events.map(({ pod, gpu_fraction }) => [pod, gpu_fraction])).toEqual([
      ["a", 1 / 3],
      ["b", 1 / 3],
      ["c", 1 / 3],
    ]);
    const sums = sumsOf(events);
    expect([sums.energyMilliJ, sums.memUsedMibMs]).toEqual([600_000, 3_000 * 10_000]);
    expect(sums.heldMs).toBeWithin(9_999, 10_002);
    expect(events[0]!.mem_used_bytes).toBe(1_000 * MIB);
  });
});

test("the fractions of a card sum up to 1, however it is divided", () => {
  const profile = fc
    .tuple(fc.constantFrom(1, 2, 3, 4, 7), fc.constantFrom("g.10gb", "g.20gb+me", "g.6gb"))
    .map((one) => one.join(""));
  const models = fc.constantFrom(
    "NVIDIA A100-SXM4-80GB",
    "NVIDIA A30",
    "NVIDIA RTX PRO 6000 Blackwell Server Edition",
  );
  fc.assert(
    fc.property(models, fc.array(profile, { maxLength: 7 }), (model, profiles) => {
      const parts = (profiles.length > 0 ? profiles : [undefined]).map((one, at) => ({
        instance: one === undefined ? undefined : { id: `${at}`, profile: one },
        values: {},
        workloads: [],
      }));
      const card = { ...{ gpu: "G", index: 0, model, host: "h", driver: undefined, board: {} }, parts };
      const shares = sharesOf(card);
      expect(shares.reduce((sum, { fraction }) => sum + fraction, 0)).toBeCloseTo(1, 12);
      expect(shares.every(({ fraction }) => fraction > 0 && fraction <= 1)).toBe(true);
    }),
  );
});

test.each([
  ["NVIDIA A100-SXM4-80GB", "3g.40gb", 3 / 7],
  ["NVIDIA A30", "2g.12gb", 2 / 4],
  ["NVIDIA RTX PRO 6000 Blackwell Server Edition", "1g.24gb", 1 / 4],
  ["NVIDIA H100 80GB HBM3", "1c.3g.40gb", 3 / 7],
])("an instance of a %s with the profile %s is %d of it", (model, profile, fraction) => {
  const part = { instance: { id: "1", profile }, values: {}, workloads: [] };
  const card = { ...{ gpu: "G", index: 0, model, host: "h", driver: undefined, board: {} }, parts: [part] };
  expect(sharesOf(card)[0]!.fraction).toBe(fraction);
});
