import type { Clock } from "../support/clock.ts";

export type Pace = {
  /** Events per second in the long run. */
  readonly ratePerS: number;
  /** Events that may follow each other at once after a pause; at least 1. */
  readonly burst: number;
};

/** How long a pause of the process, such as a slow append, may be made up for by a burst, seconds. */
const MAKE_UP_S = 0.25;
/** A source whose events have due times catches up with them at no more than this multiple of its rate. */
const CATCH_UP = 2;

/** Holds a rate: what a short pause delays is made up for, a longer one is not. */
export const steadyPace = (ratePerS: number, batch: number): Pace => ({
  ratePerS,
  burst: Math.max(1, batch, Math.ceil(ratePerS * MAKE_UP_S)),
});

/** For sources whose due times hold the rate already: bounds how fast they catch up after a stop. */
export const catchUpPace = (ratePerS: number, batch: number): Pace => steadyPace(CATCH_UP * ratePerS, batch);

/**
 * The pace that RATE, BATCH and SLEEP_SEC ask for; nothing when neither a rate nor a pause is set. A pause after each
 * batch lowers the rate to batch / (batch / rate + pause).
 */
export function effectivePace(asked: {
  readonly rate: number | undefined;
  readonly batch: number;
  readonly sleepS: number;
}): Pace | undefined {
  const { rate = Number.POSITIVE_INFINITY, batch, sleepS } = asked;
  const ratePerS = batch / (batch / rate + sleepS);
  return Number.isFinite(ratePerS) ? steadyPace(ratePerS, batch) : undefined;
}

export type TokenBucket = {
  /** Takes one token and answers 0, or takes nothing and answers the milliseconds until there is one. */
  take(nowMs: number): number;
};

/**
 * A token bucket: `ratePerS` tokens a second flow in, at most `burst` are kept. It starts with one, so a start is no
 * burst. A clock that is set back costs at most the tokens that would have come until then.
 */
export function tokenBucket({ ratePerS, burst }: Pace, startMs: number): TokenBucket {
  let tokens = 1;
  let filledMs = startMs;
  return {
    take: (nowMs) => {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - filledMs) * ratePerS) / 1000);
      filledMs = nowMs;
      if (tokens < 1) return ((1 - tokens) * 1000) / ratePerS;
      tokens -= 1;
      return 0;
    },
  };
}

/** Resolves when the next event may be sent: it is due and the pace allows it, or `signal` is aborted. */
export function pacer(
  clock: Clock,
  pace?: Pace,
): (dueMs: number, signal: AbortSignal) => Promise<void> | undefined {
  const bucket = pace && tokenBucket(pace, clock.now());
  const wait = async (dueMs: number, signal: AbortSignal): Promise<void> => {
    for (let ms = dueMs - clock.now(); ms > 0 && !signal.aborted; ms = dueMs - clock.now())
      await clock.sleep(Math.min(ms, LONGEST_SLEEP_MS), signal);
    for (let ms = bucket?.take(clock.now()) ?? 0; ms > 0 && !signal.aborted; ms = bucket!.take(clock.now()))
      await clock.sleep(ms, signal);
  };
  return (dueMs, signal) => {
    if (dueMs <= clock.now() && (bucket === undefined || bucket.take(clock.now()) === 0)) return undefined;
    return wait(dueMs, signal);
  };
}

/** Timers hold 31 bits of milliseconds; and a clock that was set forward is noticed within a minute. */
const LONGEST_SLEEP_MS = 60_000;
