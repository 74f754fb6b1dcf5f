import { Ca3Error } from "../../support/errors.ts";
import type { ReplayOptions } from "./options.ts";

/** How the clock of the traces maps to the clock of the run. */
export type Timing = {
  readonly loops: number;
  /** Added to the times of a loop of the traces, ms. */
  shiftMs(loop: number): number;
  /** When an event of a loop is due, by its time in the traces; 0 for at once. */
  dueMs(traceMs: number, loop: number): number;
};

export type Span = {
  readonly firstMs: number;
  readonly lastMs: number;
  /** From the start of a loop to the start of the next. */
  readonly periodMs: number;
  /** Shifts are multiples of it, so that readings of modelled GPUs fall on round times. */
  readonly stepMs: number;
};

/**
 * `kept`: times stay; an event is due its distance from the start of the trace, divided by the speed, after the start
 * of the run.
 *
 * `shifted`, speed 1 or slower: the trace starts `backfillMs` before the start of the run, and what lies in the past is due
 * at once. Faster: the backfill is due at once and the rest at the given speed; times are such that the last event
 * carries the time at which it is due, and the others lie further back than that. No event lies in the future when it is
 * due.
 */
export function planTiming(options: ReplayOptions, span: Span): Timing {
  const { time, startMs, backfillMs = 0, speed } = options;
  const loops = options.loop === "forever" ? Number.POSITIVE_INFINITY : options.loop;
  const totalMs = (loops - 1) * span.periodMs + (span.lastMs - span.firstMs);
  refuseFuture(options, span, totalMs);
  const sinceStart = (traceMs: number, loop: number) => traceMs - span.firstMs + loop * span.periodMs;

  if (time === "kept")
    return {
      loops,
      shiftMs: (loop) => loop * span.periodMs,
      dueMs: speed === "max" ? () => 0 : (traceMs, loop) => startMs + sinceStart(traceMs, loop) / speed,
    };

  const pacedMs = Math.max(0, totalMs - backfillMs);
  const lastDueMs = speed === "max" ? startMs : startMs + pacedMs / speed;
  const baseMs = speed !== "max" && speed <= 1 ? startMs - backfillMs : lastDueMs - totalMs;
  const shiftMs = Math.floor((baseMs - span.firstMs) / span.stepMs) * span.stepMs;
  const headStartMs = Math.min(backfillMs, totalMs);
  return {
    loops,
    shiftMs: (loop) => shiftMs + loop * span.periodMs,
    dueMs:
      speed === "max"
        ? () => 0
        : (traceMs, loop) => startMs + Math.max(0, sinceStart(traceMs, loop) - headStartMs) / speed,
  };
}

function refuseFuture({ loop, time, startMs, speed }: ReplayOptions, span: Span, totalMs: number): void {
  const pace = speed === "max" ? Number.POSITIVE_INFINITY : speed;
  if (loop === "forever" && pace > 1)
    throw new Ca3Error("CA3_USAGE", `an endless replay at speed ${speed} would run ahead of the clock`, {
      hint: "--loop with a number, or --speed 1x",
    });
  if (time !== "kept" || loop === 1 || loop === "forever") return;
  if (span.firstMs + totalMs <= startMs + totalMs / pace) return;
  throw new Ca3Error("CA3_USAGE", `${loop} loops with the recorded times would end in the future`, {
    hint: "fewer loops, or --time shifted",
  });
}
