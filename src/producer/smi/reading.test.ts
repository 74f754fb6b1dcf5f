import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { smiLineReader } from "./row.ts";
import type { SmiSample } from "./sample.ts";
import { createSampleTimes } from "./sample-time.ts";
import type { TimedSpan } from "./spans.ts";
import { createSpanMeter } from "./spans.ts";

describe("a line of nvidia-smi", () => {
  const read = smiLineReader(["timestamp", "index", "uuid", "utilization.gpu", "power.draw"]);
  const at = Date.UTC(2026, 6, 14, 8, 12, 53, 353);

  test("is a row in base units", () =>
    expect(read("2026/07/14 08:12:53.353, 1, GPU-7, 37, 631.95")).toEqual({
      kind: "row",
      ...{ printedMs: at, said: [] },
      reading: { index: 1, texts: { uuid: "GPU-7" }, numbers: { utilization: 0.37, powerW: 631.95 } },
    }));

  test.each([
    ["[N/A]", []],
    ["[Not Supported]", []],
    ["N/A", []],
    ["[Unknown Error]", ["Unknown Error"]],
    ["[GPU is lost]", ["GPU is lost"]],
    ["[Insufficient Permissions]", ["Insufficient Permissions"]],
  ])("has no value for %s", (words, said) =>
    expect(read(`2026/07/14 08:12:53.353, 1, GPU-7, 5, ${words}`)).toMatchObject({
      kind: "row",
      said,
      reading: { numbers: { utilization: 0.05 } },
    }),
  );

  test.each([
    ["Failed to initialize NVML: Unknown Error", "talk"],
    ["", "talk"],
    ["a, b", "talk"],
    ["2026/07/14 08:12:53.353, 1, GPU-7, 5, 6, 7", "talk"],
    ["2026/07/14 08:12:53.353, 1, GPU-7, 500, 6", "broken"],
    ["2026/07/14 08:12:53.353, 1, GPU-7, five, 6", "broken"],
    ["2026/07/14 08:12:53.353, -1, GPU-7, 5, 6", "broken"],
  ])("%j is %s", (line, kind) => expect(read(line).kind).toBe(kind as "talk"));

  test("without a time is a row all the same", () =>
    expect(read("soon, 1, GPU-7, 5, 6")).toMatchObject({ kind: "row", printedMs: undefined }));

  test("is read without an error, whatever it is", () => {
    const cell = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("[N/A]", "12", "-3", "1e400", "GPU-1", "\u0000"),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 7 }), (cells) => {
        const line = read(cells.join(", "));
        if (line.kind !== "row") return;
        const { utilization = 0, powerW = 0 } = line.reading.numbers;
        expect(utilization >= 0 && utilization <= 1).toBe(true);
        expect(powerW >= 0 && powerW <= 1e5).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("when a sample was taken", () => {
  test("a row that had to wait counts when it was printed, whatever zone it is in", () => {
    const times = createSampleTimes();
    const zone = -3_600_000;
    expect(times.at(10_000, 10_000 + zone)).toBe(10_000);
    // Clocks may drift apart by a millisecond in a second.
    expect(times.at(12_500, 11_000 + zone) - 11_000).toBeLessThan(4);
    expect(times.at(12_500, 12_000 + zone) - 12_000).toBeLessThan(4);
    expect(times.at(13_000, 13_000 + zone)).toBe(13_000);
    expect(times.offsetMs()).toBe(zone);
  });

  test("a clock that jumps changes nothing but the offset", () => {
    const times = createSampleTimes();
    times.at(10_000, 10_000);
    expect(times.at(11_000, 3_611_000)).toBe(11_000);
    expect(times.offsetMs()).toBe(3_600_000);
    expect(times.at(12_000, 12_000)).toBe(12_000);
    expect(times.offsetMs()).toBe(0);
  });

  test("a row without a time counts when it arrives", () => {
    const times = createSampleTimes();
    expect(times.at(10_000, undefined)).toBe(10_000);
    expect(times.offsetMs()).toBeUndefined();
  });

  test("no sample is ever later than its arrival or long before it", () => {
    const row = fc.record({
      waitMs: fc.nat(4_000),
      delayMs: fc.nat(9_000),
      jumpMs: fc.constantFrom(0, 0, 0, -7e6, 7e6),
    });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const times = createSampleTimes();
        let now = 1e12;
        let offset = 0;
        for (const { waitMs, delayMs, jumpMs } of rows) {
          now += waitMs;
          offset += jumpMs;
          const at = times.at(now, now + offset - delayMs);
          expect(at).toBeLessThanOrEqual(now);
          expect(at).toBeGreaterThanOrEqual(now - 5_010);
        }
      }),
    );
  });
});

describe("spans of a GPU", () => {
  const sample = (tsMs: number, numbers: SmiSample["numbers"]): SmiSample => ({
    tsMs,
    index: 0,
    texts: {},
    numbers,
  });
  const meter = (spanMs = 1_000, gapMs = 500) => createSpanMeter("GPU-1", 0, { spanMs, gapMs });

  test("average over the time that passed, and begin where the one before ended", () => {
    const one = meter();
    const power = (tsMs: number, powerW: number, utilization: number) =>
      one.add(sample(tsMs, { powerW, utilization }));
    expect([power(0, 100, 1), power(400, 100, 0.5), power(800, 200, 1), power(900, 200, 1)].flat()).toEqual(
      [],
    );
    expect(power(1_100, 200, 0)).toMatchObject([
      {
        fromMs: 0,
        toMs: 1_100,
        intervalS: 1.1,
        utilization: 0.636364,
        energyJ: 40 + 60 + 20 + 40,
      },
    ]);
    expect(one.end()).toEqual([]);
    power(2_000, 100, 1);
    power(2_100, 100, 1);
    expect(one.end()).toMatchObject([{ fromMs: 2_000, toMs: 2_100, energyJ: 10, isMeasured: true }]);
  });

  test("end before a gap, and before a clock that goes back", () => {
    const one = meter();
    for (const at of [0, 100, 200]) one.add(sample(at, { powerW: 1 }));
    expect(one.add(sample(5_000, { powerW: 1 }))).toMatchObject([{ fromMs: 0, toMs: 200 }]);
    one.add(sample(5_100, { powerW: 1 }));
    expect(one.add(sample(10, { powerW: 1 }))).toMatchObject([{ fromMs: 5_000, toMs: 5_100 }]);
    expect(one.add(sample(110, { powerW: 1 }))).toEqual([]);
    expect(one.end()).toMatchObject([{ fromMs: 10, toMs: 110 }]);
  });

  test("grow while nobody takes them", () => {
    const one = meter();
    for (let at = 0; at <= 5_000; at += 250) expect(one.add(sample(at, { powerW: 4 }), true)).toEqual([]);
    expect(one.add(sample(5_250, { powerW: 4 }))).toMatchObject([{ fromMs: 0, toMs: 5_250, energyJ: 21 }]);
  });

  test("fill in power that was unknown for a moment, and say that they are estimated", () => {
    const one = meter();
    one.add(sample(0, { powerW: 100, utilization: 1 }));
    one.add(sample(500, { utilization: 1 }));
    expect(one.add(sample(1_000, { powerW: 100, utilization: 1 }))).toMatchObject([
      { energyJ: 100, isMeasured: false },
    ]);
  });

  const step = fc.record({
    stepMs: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 500 }) },
      fc.integer({ min: -2_000, max: 3_000 }),
    ),
    watts: fc.option(fc.nat(700), { nil: undefined }),
    busy: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    restart: fc.boolean(),
    hold: fc.boolean(),
  });

  test("whatever the samples are, never overlap, never go back, and hold exactly the time between close samples", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const one = meter();
        const spans: TimedSpan[] = [];
        let tsMs = 1e12;
        let last: number | undefined;
        let heldMs = 0;
        for (const { stepMs, watts, busy, hold } of steps) {
          tsMs += stepMs;
          const before = last;
          if (before !== undefined && tsMs > before && tsMs - before <= 500) heldMs += tsMs - before;
          if (tsMs !== before) last = tsMs;
          const known = {
            ...(watts === undefined ? {} : { powerW: watts }),
            ...(busy === undefined ? {} : { utilization: busy }),
          };
          spans.push(...one.add(sample(tsMs, known), hold));
        }
        spans.push(...one.end());
        for (const { fromMs, toMs, intervalS, energyJ = 0, utilization = 0 } of spans) {
          expect(toMs).toBeGreaterThan(fromMs);
          expect(intervalS).toBe((toMs - fromMs) / 1000);
          expect(energyJ).toBeGreaterThanOrEqual(0);
          expect(energyJ).toBeLessThanOrEqual(700 * intervalS + 1e-6);
          expect(utilization >= 0 && utilization <= 1).toBe(true);
        }
        expect(spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)).toBe(heldMs);
      }),
      { numRuns: 300 },
    );
  });

  test("energy sums up to what the card drew, by its counter and across restarts of it", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 60 }), (steps) => {
        const one = meter();
        let tsMs = 1e12;
        let counter = 5_000;
        let drawn = 0;
        let before = 0;
        let energy = 0;
        let isFirst = true;
        for (const { stepMs, watts = 0, restart } of steps) {
          const tookMs = (Math.abs(stepMs) % 500) + 1;
          tsMs += tookMs;
          // Power changes evenly, so that the trapezoid of power is what the counter counts.
          const joules = ((before + watts) / 2) * (tookMs / 1000);
          // A counter that has overtaken its old value looks as if it had never restarted.
          counter = restart && joules < counter ? joules : counter + joules;
          if (!isFirst) drawn += joules;
          const spans = one.add(sample(tsMs, { powerW: watts, energyJ: counter }));
          energy += spans.reduce((sum, { energyJ }) => sum + energyJ!, 0);
          before = watts;
          isFirst = false;
        }
        energy += one.end().reduce((sum, { energyJ }) => sum + energyJ!, 0);
        expect(energy).toBeCloseTo(drawn, 3);
      }),
    );
  });
});
