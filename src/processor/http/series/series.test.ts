import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RollupRow } from "../../../store/port.ts";
import { type ResolutionS, type Sums, zeroSums } from "../../../telemetry/rollup.ts";
import { buildLines, partialFrom, timesOf } from "./build.ts";
import { seriesMetricNames } from "./metrics.ts";
import { MAX_POINTS, planSeries, resolutionFor } from "./plan.ts";

const HOUR_MS = 3_600_000;
const t0 = Date.parse("2026-11-23T00:00:00Z");
const row = (bucketMs: number, sums: Partial<Sums>, gpu = "a"): RollupRow => ({
  bucketMs,
  dimensions: { gpu },
  sums: { ...zeroSums(), ...sums },
  newestMs: bucketMs,
  oldestMs: bucketMs,
});

describe("the plan of a line", () => {
  test.each([
    ["fifteen minutes", 0.25, undefined, 10, 10, 90],
    ["two hours", 2, undefined, 10, 10, 720],
    ["just over two hours", 2.01, undefined, 60, 60, 121],
    ["three days", 72, undefined, 60, 60, 4320],
    ["a month", 720, undefined, 3600, 3600, 720],
    ["a year", 8760, undefined, 3600, 7200, 4380],
    ["fifty years", 438_000, undefined, 3600, 168 * 3600, 2608],
    ["a day, asked in steps of an hour", 24, 3600, 3600, 3600, 24],
  ] as const)("%s", (_name, hours, asked, resolutionS, stepS, points) => {
    const plan = planSeries({ fromMs: t0, toMs: t0 + hours * HOUR_MS }, t0, asked);
    expect([plan.resolutionS, plan.stepS]).toEqual([resolutionS, stepS]);
    expect(Math.abs(plan.points - points)).toBeLessThanOrEqual(1);
  });

  test.each([
    ["still kept by ten seconds", 5, 10],
    ["kept by the minute only", 7, 60],
    ["kept by the hour only", 46 * 24, 3600],
  ])("an hour that is %s is read by that", (_name, hoursAgo, resolutionS) =>
    expect(resolutionFor({ fromMs: t0, toMs: t0 + HOUR_MS }, t0 + hoursAgo * HOUR_MS)).toBe(
      resolutionS as ResolutionS,
    ),
  );

  test("a width that was asked for is refused when the line gets too long, with what would do", () =>
    expect(() => planSeries({ fromMs: t0, toMs: t0 + 72 * HOUR_MS }, t0, 10)).toThrow(
      "25920 points of 10 s are more than 5000: ask for a shorter range or a resolution of 60 or 3600",
    ));

  test.each([
    ["a quarter of an hour for 120", 0.25, 120, undefined, 10, 10],
    ["an hour for 120", 1, 120, undefined, 10, 30],
    ["an hour for 60, no finer than a minute", 1, 60, 60, 60, 60],
    ["six hours for 120", 6, 120, undefined, 60, 300],
    ["a week for 120", 168, 120, undefined, 3600, 7200],
  ] as const)("%s points", (_name, hours, points, asked, resolutionS, stepS) =>
    expect(planSeries({ fromMs: t0 - hours * HOUR_MS, toMs: t0 }, t0, asked, points)).toMatchObject({
      resolutionS,
      stepS,
    }),
  );

  test("what is too old for fine steps is read by the steps that are kept", () =>
    expect(
      planSeries({ fromMs: t0 - 7 * HOUR_MS, toMs: t0 - 6.5 * HOUR_MS }, t0, undefined, 500),
    ).toMatchObject({
      resolutionS: 60,
      stepS: 60,
    }));

  test("any range is covered whole, in whole steps, and never by too many points", () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 2e12 }), (fromMs, spanMs) => {
        const plan = planSeries({ fromMs, toMs: fromMs + spanMs }, t0);
        expect(plan.fromMs <= fromMs && plan.toMs >= fromMs + spanMs).toBe(true);
        expect(plan.fromMs % (plan.stepS * 1000)).toBe(0);
        expect(plan.stepS % plan.resolutionS).toBe(0);
        expect(plan.points).toBeLessThanOrEqual(MAX_POINTS);
      }),
    ));
});

describe("a line", () => {
  const plan = planSeries({ fromMs: t0, toMs: t0 + 30_000 }, t0);

  test("has one value per point; counts are zero and means absent where nothing happened", () => {
    const rows = [
      row(t0, { inputTokens: 5, heldMs: 10_000, busyMs: 2_500 }),
      row(t0 + 20_000, { inputTokens: 7 }),
    ];
    expect(buildLines(rows, plan, undefined, ["inputTokens", "utilization"])).toEqual([
      { key: "", values: { inputTokens: [5, 0, 7], utilization: [0.25, null, null] } },
    ]);
    expect(timesOf(plan)).toEqual([0, 10, 20].map((s) => t0 / 1000 + s));
  });

  test("rates are per second and per hour of the step", () => {
    const rows = [
      row(t0, {
        inputTokens: 50,
        costNanoUsd: 10_000_000,
        usedNanoUsd: 4_000_000,
        energyMilliJ: 3_000_000,
        heldMs: 20_000,
      }),
    ];
    const [line] = buildLines(rows, plan, undefined, seriesMetricNames);
    const first = Object.fromEntries(Object.entries(line!.values).map(([name, values]) => [name, values[0]]));
    expect(first).toMatchObject({
      inputTokensPerSecond: 5,
      usedMicroUsd: 4_000,
      idleMicroUsd: 6_000,
      usedMicroUsdPerHour: 1_440_000,
      idleMicroUsdPerHour: 2_160_000,
      microUsdPerMillionTokens: 200_000_000,
      energyJoules: 3_000,
      powerWatts: 300,
      meanPowerWatts: 150,
      joulesPerToken: 60,
      gpus: 2,
    });
  });

  test("groups stand apart, in order, and what has no value of the dimension stands first", () => {
    const rows = [
      row(t0, { requests: 2 }, "b"),
      row(t0, { requests: 1 }, ""),
      row(t0 + 10_000, { requests: 3 }, "b"),
    ];
    expect(buildLines(rows, plan, "gpu", ["requests"])).toEqual([
      { key: "", values: { requests: [1, 0, 0] } },
      { key: "b", values: { requests: [2, 3, 0] } },
    ]);
  });

  test("sums over the points are the sums of the rows, however they are cut and grouped", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(720), fc.nat(1e6), fc.constantFrom("a", "b", "c"))),
        fc.constantFrom(undefined, "gpu" as const),
        fc.constantFrom(undefined, 60 as const),
        (events, groupBy, asked) => {
          const rows = events.map(([minute, outputTokens, gpu]) =>
            row(t0 + minute * 60_000, { outputTokens }, gpu),
          );
          const lines = buildLines(
            rows,
            planSeries({ fromMs: t0, toMs: t0 + 721 * 60_000 }, t0, asked),
            groupBy,
            ["outputTokens"],
          );
          const sum = lines.flatMap((line) => line.values.outputTokens!).reduce((a, b) => a! + b!, 0);
          expect(sum).toBe(events.reduce((a, [, tokens]) => a + tokens, 0));
        },
      ),
    ));

  test("no metric is ever NaN or infinite", () => {
    const [line] = buildLines([row(t0, {})], plan, undefined, seriesMetricNames);
    for (const values of Object.values(line!.values))
      for (const value of values) expect(value === null || Number.isFinite(value)).toBe(true);
  });

  test.each([
    ["in the middle of the range", t0 + 15_000, t0 / 1000 + 10],
    ["after the range", t0 + 31_000, null],
    ["before the range", t0 - 60_000, t0 / 1000],
  ])("now %s: the points that have not ended are named", (_name, nowMs, expected) =>
    expect(partialFrom(plan, nowMs)).toBe(expected),
  );
});
