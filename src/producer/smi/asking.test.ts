import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { explainExit, refusedField } from "./failure.ts";
import { parseFields, planFields } from "./fields.ts";
import { parseListing } from "./listing.ts";
import { shareOut, UNALLOCATED } from "./mig.ts";

const namesIn = (file: string) => readFileSync(`tests/fixtures/nvidia-smi/${file}.txt`, "utf8");

describe("which fields nvidia-smi has", () => {
  test.each([
    ["fields-375", 40],
    ["fields-590", 253],
    ["fields-610", 282],
  ])("%s", (file, count) => expect(parseFields(namesIn(file)).size).toBe(count));

  test("its prose names none", () => {
    const prose = `List of valid properties to query for the switch "--query-gpu":

"name" or "gpu_name"
The "official" name.
"0: Default" means that contexts share the GPU.
"3: Exclusive_Process"
`;
    expect([...parseFields(prose)]).toEqual(["name", "gpu_name"]);
  });

  test("only those that are there are asked for, under the name that is there", () => {
    const old = planFields(parseFields(namesIn("fields-375")));
    expect(old.query).toContain("clocks_throttle_reasons.active");
    expect(old.query).not.toContain("mig.mode.current");
    expect(old.missing).toEqual(["mig.mode.current", "memory.reserved", "temperature.memory"]);
    expect(old.needed).toEqual([]);
    const fresh = planFields(parseFields(namesIn("fields-610")));
    expect(fresh.query).toContain("clocks_event_reasons.active");
    expect(fresh.query).not.toContain("power.draw.instant");
    expect(fresh.missing).toEqual([]);
    expect(planFields(parseFields(namesIn("fields-counter"))).query).toContain("total_energy_consumption");
  });

  test("what a figure cannot do without is named", () =>
    expect(planFields(new Set(["timestamp", "index", "uuid", "name"])).needed).toEqual([
      "utilization.gpu",
      "memory.used",
      "memory.total",
      "power.draw",
    ]));
});

describe("the list of GPUs", () => {
  const text = `GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)
  MIG 3g.40gb     Device  0: (UUID: MIG-1)
  MIG 1g.10gb+me  Device  1: (UUID: MIG-GPU-1/7/0)
GPU 1: Card (rev. 2) (UUID: GPU-2)
Unable to determine the device handle for gpu 0000:02:00.0: GPU is lost.  Reboot the system to recover this GPU
`;
  test("has cards with their instances, and remarks", () =>
    expect(parseListing(text)).toEqual({
      gpus: [
        {
          ...{ index: 0, model: "NVIDIA H100 80GB HBM3", uuid: "GPU-1" },
          instances: [
            { profile: "3g.40gb", uuid: "MIG-1" },
            { profile: "1g.10gb+me", uuid: "MIG-GPU-1/7/0" },
          ],
        },
        { index: 1, model: "Card (rev. 2)", uuid: "GPU-2", instances: [] },
      ],
      remarks: [expect.stringContaining("GPU is lost")],
    }));

  test("any text is read without an error", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (any) => parseListing(any).gpus.length >= 0));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (any) => parseFields(any).size >= 0));
  });
});

describe("the parts of a card with MIG", () => {
  const parts = (model: string, ...profiles: string[]) =>
    shareOut(
      model,
      profiles.map((profile, at) => ({ uuid: `MIG-${at}`, profile })),
    ).map(({ profile, fraction }) => [profile, Math.round(fraction * 1000)]);

  test.each([
    ["all slices", parts("H100", "3g.40gb", "2g.20gb", "1g.10gb", "1g.10gb"), [429, 286, 143, 143]],
    ["some slices", parts("H100", "3g.40gb"), [429, 571]],
    ["none", parts("H100"), [1000]],
    ["shared instances", parts("H200", "1c.3g.71gb", "2c.3g.71gb"), [143, 286, 571]],
    ["a card of four slices", parts("NVIDIA A30", "2g.12gb", "1g.6gb"), [500, 250, 250]],
    ["more than the card has", parts("NVIDIA A30", "7g.80gb", "7g.80gb"), [500, 500]],
    ["a profile nobody knows", parts("H100", "weird"), [143, 857]],
  ])("%s", (_name, found, fractions) => expect(found.map(([, fraction]) => fraction)).toEqual(fractions));

  test("always make one card", () => {
    const profile = fc.oneof(
      fc.constantFrom("1g.10gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb", "1c.3g.40gb", "1g.10gb+me"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom("H100", "A30"), fc.array(profile, { maxLength: 9 }), (model, profiles) => {
        const all = shareOut(
          model,
          profiles.map((one, at) => ({ uuid: String(at), profile: one })),
        );
        expect(all.reduce((sum, { fraction }) => sum + fraction, 0)).toBeCloseTo(1, 12);
        expect(all.every(({ fraction }) => fraction > 0 && fraction <= 1)).toBe(true);
        expect(all.filter(({ id }) => id === UNALLOCATED).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("why nvidia-smi ended", () => {
  test.each([
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
      9,
      "driver_not_running",
    ],
    ["", 9, "driver_not_running"],
    [
      "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161",
      18,
      "driver_mismatch",
    ],
    ["Failed to initialize NVML: Insufficient Permissions", 255, "no_permission"],
    ["", 4, "no_permission"],
    ["No devices were found", 6, "no_gpu"],
    ["Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.", 15, "gpu_lost"],
    ["Failed to initialize NVML: Unknown Error", 255, "driver_not_running"],
    ['Field "clocks.xy" is not a valid field to query.', 2, "bad_field"],
    ["", 0, "exited"],
    ["", 77, "exited"],
  ])("%j with code %i is %s", (said, code, reason) => {
    const failure = explainExit({ code, signal: undefined }, said);
    expect(failure.reason).toBe(reason as "exited");
    if (said !== "") expect(failure.message).toContain(said.replaceAll("\n", " "));
  });

  test("a signal is named", () =>
    expect(explainExit({ code: undefined, signal: "SIGSEGV" }, "").message).toBe(
      "nvidia-smi ended by SIGSEGV",
    ));

  test("the field that it refuses is found", () =>
    expect(refusedField('\nField "clocks.xy" is not a valid field to query.\n')).toBe("clocks.xy"));
});
