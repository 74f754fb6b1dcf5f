import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createGpuOwners } from "./owners.ts";

const claim = (source: string, fromMs: number, toMs: number, energyCounter = false) => ({
  gpu: "GPU-1",
  ...{ source, energyCounter, fromMs, toMs },
});
const counted = (fromMs: number) => ({ counts: true as const, fromMs });
const by = (source: string) => ({ counts: false as const, by: source });

describe("who counts a GPU that several sources see", () => {
  test("the one with an energy counter, whoever came first", () => {
    const owners = createGpuOwners(["smi", "dcgm"]);
    expect(owners.claim(claim("smi", 0, 10))).toEqual(counted(0));
    expect(owners.claim(claim("dcgm", 1, 11, true))).toEqual(counted(10));
    expect(owners.claim(claim("smi", 10, 20))).toEqual(by("dcgm"));
  });

  test("the one configured first among equals, and by name among those nobody configured", () => {
    const owners = createGpuOwners(["b", "a"]);
    for (const source of ["a", "b", "y", "x"]) owners.claim(claim(source, 0, 0));
    expect(owners.claim(claim("x", 0, 10))).toEqual(counted(0));
    expect(owners.claim(claim("y", 0, 10))).toEqual(by("x"));
    expect(owners.claim(claim("a", 0, 11))).toEqual(counted(10));
    expect(owners.claim(claim("b", 0, 12))).toEqual(counted(11));
    expect(owners.claim(claim("a", 11, 13))).toEqual(by("b"));
  });

  test("not one that has only a first reading", () => {
    const owners = createGpuOwners(["dcgm", "smi"]);
    expect(owners.claim(claim("dcgm", 5, 5, true))).toEqual(counted(5));
    expect(owners.claim(claim("smi", 0, 10))).toEqual(counted(0));
  });

  test("the next one at once when the owner lets go, from where it stopped", () => {
    const owners = createGpuOwners(["a", "b"]);
    owners.claim(claim("a", 0, 10));
    expect(owners.claim(claim("b", 2, 12))).toEqual(by("a"));
    owners.release("a");
    expect(owners.claim(claim("b", 8, 18))).toEqual(counted(10));
    expect(owners.claim(claim("a", 10, 20))).toEqual(counted(18));
  });

  test("the next one when the owner falls silent", () => {
    const owners = createGpuOwners(["a", "b"]);
    owners.claim(claim("a", 0, 10));
    expect(owners.claim(claim("b", 30, 40))).toEqual(by("a"));
    expect(owners.claim(claim("b", 31, 41))).toEqual(counted(31));
  });
});

test("a clock that is set back by hours does not stop the counting", () => {
  const owners = createGpuOwners();
  owners.claim(claim("a", 7_200_000, 7_210_000));
  expect(owners.claim(claim("a", 10_000, 20_000))).toEqual(counted(10_000));
});

test("whatever the sources do, no moment is counted twice and none that nobody read", () => {
  const step = fc.record({
    source: fc.constantFrom("a", "b", "c"),
    waitMs: fc.integer({ min: 1, max: 40 }),
    fate: fc.constantFrom("reads", "reads", "reads", "fails", "restarts"),
    energyCounter: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const owners = createGpuOwners(["b", "a"]);
      const last = new Map<string, number>();
      let nowMs = 0;
      let countedUntil = 0;
      for (const { source, waitMs, fate, energyCounter } of steps) {
        nowMs += waitMs;
        if (fate === "fails") {
          owners.release(source);
          continue;
        }
        const fromMs = fate === "restarts" ? nowMs : (last.get(source) ?? nowMs);
        last.set(source, nowMs);
        const ruling = owners.claim(claim(source, fromMs, nowMs, energyCounter));
        if (!ruling.counts || fromMs === nowMs) continue;
        expect(ruling.fromMs).toBeGreaterThanOrEqual(Math.max(fromMs, countedUntil));
        countedUntil = nowMs;
      }
    }),
  );
});
