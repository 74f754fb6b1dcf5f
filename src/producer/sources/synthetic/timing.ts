import type { SyntheticOptions } from "./options.ts";
import { effectiveRate, offsetMs } from "./schedule.ts";
import type { StreamState } from "./stream.ts";

/** A live stream that is further behind than this goes on at the present; a shorter gap is caught up. */
const CATCH_UP_MS = 60_000;
/** GPU readings take at most this share of the events. */
const MOST_GPU_SHARE = 0.5;

/** Maps the time of an event to the time at which it is due. */
export function dueTimes(
  options: SyntheticOptions,
  firstTsMs: number,
  nowMs: number,
): (tsMs: number) => number {
  const { speed } = options;
  if (speed === "max") return () => 0;
  if (options.live && speed === 1) return (tsMs) => tsMs;
  return (tsMs) => nowMs + (tsMs - firstTsMs) / speed;
}

/**
 * The state a live stream goes on from after a long stop: the same position, with its event due now. The GPUs count
 * as not held in between. Every other stream goes on exactly where it was.
 */
export function resumedState(options: SyntheticOptions, state: StreamState, nowMs: number): StreamState {
  const offset = offsetMs(state.position, options);
  if (!options.live || nowMs - (state.startMs + offset) <= CATCH_UP_MS) return state;
  const stepMs = options.intervalS * 1000;
  const model = { readMs: Math.floor(nowMs / stepMs) * stepMs, work: [], queuedS: 0 };
  return { ...state, startMs: nowMs - offset, models: state.models.map(() => model), readingsGiven: 0 };
}

/** A live stream begins when it is first read, not when its run was planned, so that a start is no burst. */
export function firstState(options: SyntheticOptions, servers: number, nowMs: number): StreamState {
  const startMs = options.live ? Math.max(options.startMs, nowMs) : options.startMs;
  const sequences = Array.from({ length: servers + 1 }, () => 0);
  return { position: 0, startMs, sequences, models: [], readingsGiven: 0 };
}

/** Seconds between readings: as asked, or longer when so many GPUs would leave too few events for requests. */
export function readingInterval(
  askedS: number,
  gpus: number,
  rate: Parameters<typeof effectiveRate>[0],
): number {
  const leastS = gpus / (effectiveRate(rate) * MOST_GPU_SHARE);
  return leastS <= askedS ? askedS : Math.min(86_400, Math.ceil(leastS));
}
