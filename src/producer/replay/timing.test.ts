import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RUN_START_MS, replayOptions } from "../../../tests/helpers/replay.ts";
import type { ReplayOptions } from "./options.ts";
import { planTiming } from "./timing.ts";

const FIRST_MS = Date.UTC(2023, 10, 16, 18);
const HOUR_MS = 3_600_000;
const span = { firstMs: FIRST_MS, lastMs: FIRST_MS + HOUR_MS, periodMs: HOUR_MS, stepMs: 1 };
const plan = (more: Partial<ReplayOptions>) => planTiming(replayOptions(["t"], more), span);
/** Event time and due time of a moment of the trace, both relative to the start of the run. */
const mapped = (timing: ReturnType<typeof plan>, sinceFirstMs: number, loop = 0) => {
  const traceMs = FIRST_MS + sinceFirstMs;
  const dueMs = timing.dueMs(traceMs, loop);
  return [traceMs + timing.shiftMs(loop) - RUN_START_MS, dueMs === 0 ? "at once" : dueMs - RUN_START_MS];
};

describe("the clock of a replay", () => {
  test.each([
    [
      "recorded times, recorded pace",
      { time: "kept", speed: 1 },
      HOUR_MS,
      [FIRST_MS + HOUR_MS - RUN_START_MS, HOUR_MS],
    ],
    [
      "recorded times, 60 times as fast",
      { time: "kept", speed: 60 },
      HOUR_MS,
      [FIRST_MS + HOUR_MS - RUN_START_MS, 60_000],
    ],
    [
      "recorded times, as fast as can be",
      { time: "kept", speed: "max" },
      0,
      [FIRST_MS - RUN_START_MS, "at once"],
    ],
    ["from now on", { time: "shifted", speed: 1 }, 1000, [1000, 1000]],
    ["with a backfill, the start", { time: "shifted", speed: 1, backfillMs: 600_000 }, 0, [-600_000, 0]],
    [
      "with a backfill, inside of it",
      { time: "shifted", speed: 1, backfillMs: 600_000 },
      300_000,
      [-300_000, 0],
    ],
    [
      "with a backfill, after it",
      { time: "shifted", speed: 1, backfillMs: 600_000 },
      900_000,
      [300_000, 300_000],
    ],
    ["60 times as fast, the end", { time: "shifted", speed: 60 }, HOUR_MS, [60_000, 60_000]],
    ["60 times as fast, the start", { time: "shifted", speed: 60 }, 0, [60_000 - HOUR_MS, 0]],
    [
      "fast with a backfill, the end",
      { time: "shifted", speed: 60, backfillMs: HOUR_MS / 2 },
      HOUR_MS,
      [30_000, 30_000],
    ],
    ["as fast as can be, the end", { time: "shifted", speed: "max" }, HOUR_MS, [0, "at once"]],
    ["half as fast", { time: "shifted", speed: 0.5 }, 1000, [1000, 2000]],
  ] as const)("%s", (_title, more, sinceFirstMs, expected) => {
    expect(mapped(plan(more), sinceFirstMs)).toEqual([...expected]);
  });

  test("loops follow each other by the span of the trace", () => {
    const timing = plan({ time: "shifted", speed: 60, loop: 3 });
    expect(mapped(timing, HOUR_MS, 2)).toEqual([180_000, 180_000]);
    expect(mapped(timing, 0, 2)).toEqual(mapped(timing, HOUR_MS, 1));
  });

  test("no event lies in the future when it is due, and events are due in order of their times", () => {
    const options = fc.record({
      time: fc.constantFrom("kept" as const, "shifted" as const),
      speed: fc.oneof(fc.constant("max" as const), fc.double({ min: 0.01, max: 1e4, noNaN: true })),
      loop: fc.integer({ min: 1, max: 5 }),
      backfillMs: fc.nat(10 * HOUR_MS),
    });
    const spans = fc.record({ lengthMs: fc.nat(3 * HOUR_MS), stepMs: fc.constantFrom(1, 10_000) });
    fc.assert(
      fc.property(
        options,
        spans,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
        (more, shape, parts) => {
          const lastMs = FIRST_MS + shape.lengthMs;
          const each = {
            firstMs: FIRST_MS,
            lastMs,
            periodMs: Math.max(1000, shape.lengthMs),
            stepMs: shape.stepMs,
          };
          const timing = planTiming(replayOptions(["t"], more), each);
          let before = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;
          for (let loop = 0; loop < timing.loops; loop++)
            for (const part of parts.sort((a, b) => a - b)) {
              const traceMs = Math.floor(FIRST_MS + part * shape.lengthMs);
              const tsMs = traceMs + timing.shiftMs(loop);
              const dueMs = timing.dueMs(traceMs, loop);
              expect(tsMs).toBeLessThanOrEqual(Math.max(dueMs, RUN_START_MS) + 0.001);
              expect(tsMs).toBeGreaterThanOrEqual(before[0]);
              expect(dueMs).toBeGreaterThanOrEqual(before[1]);
              before = [tsMs, dueMs];
            }
        },
      ),
    );
  });

  test.each([
    ["an endless fast replay", { loop: "forever", speed: 2, time: "shifted" }, "run ahead of the clock"],
    ["an endless replay at once", { loop: "forever", speed: "max", time: "kept" }, "run ahead of the clock"],
    [
      "more loops of recorded times than there were hours since",
      { loop: 100_000, speed: "max", time: "kept" },
      "end in the future",
    ],
  ] as const)("%s is refused", (_title, more, message) => {
    expect(() => plan(more)).toThrow(message);
  });
});
