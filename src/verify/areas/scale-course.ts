import type { Clock } from "../../support/clock.ts";

export type Replicas = { readonly desired: number; readonly ready: number };

/** How a burst went; a time is absent when it did not come to that. */
export type Course = {
  readonly before: Replicas;
  readonly most: Replicas;
  /** Records, most of them repetitions. */
  readonly sent: number;
  readonly events: number;
  /** Events that the API counts in the end. */
  readonly counted: number;
  /** From the first record until more were ready. */
  readonly outMs: number | undefined;
  /** From the last record until all were processed. */
  readonly drainedMs: number | undefined;
  /** From the last record until no more were wanted than before. */
  readonly backMs: number | undefined;
};

export type BurstOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly before: Replicas;
  readonly events: number;
  /** How long it may last until more are ready, ms, and how long everything may then take to be as before. */
  readonly burstMs: number;
  readonly settleMs: number;
  look(): Promise<Replicas>;
  /** Sends some of the events, beginning with this one. */
  send(from: number, count: number): Promise<void>;
  behind(): Promise<number>;
  counted(): Promise<number>;
  tell(text: string): void;
};

const STEP_MS = 1_000;
/** Records a second at first; twice as many each time nothing has come of it for so long, ms. */
const FIRST_RATE = 2_000;
const DOUBLE_EVERY_MS = 20_000;
const MOST_RATE = 32_000;
/** How long after everything is processed the API may still count. */
const API_LATE_MS = 20_000;

/** Records a second after so long. Pure. */
export const rateAt = (ms: number): number =>
  Math.min(MOST_RATE, FIRST_RATE * 2 ** Math.floor(ms / DOUBLE_EVERY_MS));

/**
 * Sends until more processors are ready, then waits until all is processed and no more are wanted than before. Each event
 * is sent at least once. Ends early when it is interrupted.
 */
export async function followBurst(options: BurstOptions): Promise<Course> {
  const { clock, signal, before, events, burstMs, settleMs, tell } = options;
  let most = before;
  const look = async () => {
    const now = await options.look();
    most = { desired: Math.max(most.desired, now.desired), ready: Math.max(most.ready, now.ready) };
    return now;
  };
  const startMs = clock.now();
  let sent = 0;
  let outMs: number | undefined;
  while (!signal.aborted) {
    const stepMs = clock.now();
    const rate = rateAt(stepMs - startMs);
    await options.send(sent, rate);
    sent += rate;
    const { desired, ready } = await look();
    tell(`${sent} records sent, ${desired} processors wanted, ${ready} ready`);
    const nowMs = clock.now();
    if (ready > before.ready && desired > before.desired) outMs ??= nowMs - startMs;
    if (sent >= events && (outMs !== undefined || nowMs - startMs >= burstMs)) break;
    await clock.sleep(Math.max(0, STEP_MS - (nowMs - stepMs)), signal);
  }
  const endMs = clock.now();
  let drainedMs: number | undefined;
  let backMs: number | undefined;
  let counted = 0;
  while (!signal.aborted && clock.now() - endMs < settleMs) {
    const [{ desired }, behind] = [await look(), await options.behind()];
    const nowMs = clock.now();
    if (behind === 0) drainedMs ??= nowMs - endMs;
    if (desired <= before.desired) backMs ??= nowMs - endMs;
    counted = await options.counted();
    tell(`${behind} records behind, ${counted} of ${events} counted, ${desired} processors wanted`);
    const late = drainedMs !== undefined && nowMs - endMs - drainedMs > API_LATE_MS;
    if (drainedMs !== undefined && backMs !== undefined && (counted >= events || late)) break;
    await clock.sleep(STEP_MS, signal);
  }
  return { before, most, sent, events, counted, outMs, drainedMs, backMs };
}
