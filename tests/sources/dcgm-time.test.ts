import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createJoin } from "../../src/producer/join/join.ts";
import { pageOf } from "./page.ts";
import { dcgmRig, START_MS } from "./tracking.ts";

const gpus = (...names: string[]) => {
  const each = (value: number) =>
    names.map((UUID, at) => [{ gpu: `${at}`, UUID, modelName: "L4", Hostname: "n" }, value] as const);
  return pageOf({
    DCGM_FI_DEV_POWER_USAGE: each(100),
    DCGM_FI_DEV_GPU_UTIL: each(50),
    DCGM_FI_DEV_FB_USED: each(1),
    DCGM_FI_DEV_FB_FREE: each(1),
  });
};
const withCounter = (joules: number) =>
  `${gpus("GPU-1")}DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0",UUID="GPU-1"} ${joules * 1000}\n`;
type Rig = ReturnType<typeof dcgmRig>;
const held = (reading: ReturnType<Rig["show"]>) =>
  reading.events.map((event) => [event.gpu_uuid, event.interval_s]);

describe("a GPU that vanishes", () => {
  test("counts no further, is named, and counts anew when it is back", () => {
    const { show } = dcgmRig();
    show(gpus("GPU-1", "GPU-2"), 0);
    expect(held(show(gpus("GPU-1", "GPU-2"), 10))).toEqual([
      ["GPU-1", 10],
      ["GPU-2", 10],
    ]);
    const without = show(gpus("GPU-1"), 20);
    expect(held(without)).toEqual([["GPU-1", 10]]);
    expect(without.remarks.join()).toContain("GPU-2 (for 0 ms) gone from the page");
    expect(show(gpus("GPU-1"), 80).remarks.join()).toContain("GPU-2 (for 1 m 00 s)");
    const back = show(gpus("GPU-1", "GPU-2"), 90);
    expect([held(back), back.remarks]).toEqual([[["GPU-1", 10]], []]);
    expect(held(show(gpus("GPU-1", "GPU-2"), 100))).toEqual([
      ["GPU-1", 10],
      ["GPU-2", 10],
    ]);
  });
});

describe("an endpoint that was away", () => {
  test.each([
    ["for less than the longest gap: the time counts", 290, 290],
    ["for longer: it does not", 310, undefined],
  ])("%s", (_name, seconds, interval) => {
    const { show, tracker } = dcgmRig();
    show(withCounter(0), 0);
    tracker.failed();
    const { events } = show(withCounter(100), seconds);
    expect(events[0]?.interval_s).toBe(interval);
  });
});

describe("a restart of the producer", () => {
  const stateAfter = (seconds: number) => {
    const first = dcgmRig();
    first.show(withCounter(0), seconds - 10);
    const { events } = first.show(withCounter(500), seconds);
    return { state: JSON.parse(JSON.stringify(first.tracker.state())) as unknown, events };
  };

  test("goes on where it stopped, with the same run and the next number", () => {
    const { state, events } = stateAfter(10);
    const second = dcgmRig({ bootId: "boot-2" });
    second.tracker.restore(state, START_MS + 40_000);
    const [next] = second.show(withCounter(3_500), 40).events;
    expect(next).toMatchObject({
      boot_id: "boot-1",
      seq: events[0]!.seq + 1,
      interval_s: 30,
      energy_j: 3_000,
    });
    expect(next!.event_id > events[0]!.event_id).toBe(true);
  });

  test("after long begins with a baseline, and numbers go on", () => {
    const { state } = stateAfter(10);
    const second = dcgmRig({ bootId: "boot-2" });
    second.tracker.restore(state, START_MS + 4_000_000);
    expect(second.show(withCounter(3_500), 4_000).events).toEqual([]);
    expect(second.show(withCounter(3_600), 4_010).events[0]).toMatchObject({
      seq: 1,
      interval_s: 10,
      energy_j: 100,
    });
  });

  test.each([[undefined], [7], [{}], [{ boot: "b" }], [{ boot: "b", seq: 1.5, boards: {} }]])(
    "does not trust a checkpoint like %j",
    (state) => {
      const rig = dcgmRig({ bootId: "boot-2" });
      rig.tracker.restore(state, START_MS);
      rig.show(withCounter(0), 0);
      expect(rig.show(withCounter(1), 10).events[0]).toMatchObject({ boot_id: "boot-2", seq: 0 });
    },
  );
});

describe("a GPU that two exporters show", () => {
  const pair = () => {
    const join = createJoin([], ["dcgm a", "dcgm b"]);
    return { a: dcgmRig({ join, name: "dcgm a" }), b: dcgmRig({ join, name: "dcgm b" }) };
  };

  test("is counted by the one with the energy counter, and the other says so", () => {
    const { a, b } = pair();
    a.show(gpus("GPU-1"), 0);
    b.show(withCounter(0), 1);
    expect(held(a.show(gpus("GPU-1"), 10))).toEqual([["GPU-1", 10]]);
    const second = b.show(withCounter(1_000), 11);
    expect(second.events).toMatchObject([{ interval_s: 1, energy_j: 100 }]);
    const third = a.show(gpus("GPU-1"), 20);
    expect([third.events, third.remarks]).toEqual([[], ["GPU-1 counted from dcgm b"]]);
  });

  test("is taken over at once when the exporter that counts it fails", () => {
    const { a, b } = pair();
    for (const seconds of [0, 10]) {
      a.show(gpus("GPU-1"), seconds);
      b.show(gpus("GPU-1"), seconds + 1);
    }
    a.tracker.failed();
    expect(held(b.show(gpus("GPU-1"), 21))).toEqual([["GPU-1", 10]]);
    expect(held(a.show(gpus("GPU-1"), 30))).toEqual([["GPU-1", 9]]);
  });
});

test("whatever the counter does, no energy is negative, and without resets it sums to the truth", () => {
  const step = fc.record({
    seconds: fc.integer({ min: 1, max: 250 }),
    joules: fc.integer({ min: 0, max: 70_000 }),
    fate: fc.constantFrom("counts", "counts", "counts", "restarts", "fails"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { show, tracker } = dcgmRig({ maxGapMs: 1e9 });
      let [now, counter, counted, truth, resets] = [0, 1_000, 0, 0, 0];
      show(withCounter(counter), now);
      for (const { seconds, joules, fate } of steps) {
        now += seconds;
        if (fate === "restarts") {
          resets++;
          counter = joules;
        } else counter += joules;
        truth += joules;
        if (fate === "fails") {
          tracker.failed();
          continue;
        }
        for (const { energy_j } of show(withCounter(counter), now).events) {
          expect(energy_j!).toBeGreaterThanOrEqual(0);
          counted += energy_j!;
        }
      }
      for (const { energy_j } of show(withCounter(counter), now + 1).events) counted += energy_j!;
      if (resets === 0) expect(counted).toBeCloseTo(truth, 3);
    }),
  );
});
