import type { PartitionLag } from "../../eventlog/port.ts";
import type { BurstOptions } from "./course.ts";
import { Pressure } from "./pressure.ts";
import { told } from "./told.ts";
import type { Watch } from "./watch.ts";

/** How it went until more were ready; all times in ms. */
export type Sent = {
  /** Records, most of them repetitions, and for how long they were sent. */
  readonly sent: number;
  readonly sentMs: number;
  readonly mostWaiting: number;
  /** The processors had nearly nothing left to do all the time: faster than could be sent. */
  readonly outrun: boolean;
  /** From the first record until more were wanted, and ready; absent when it did not come to that. */
  readonly wantedMs: number | undefined;
  readonly readyMs: number | undefined;
};

const STEP_MS = 1_000;
const CHUNK = 2_000;
const MOST_WAITING = 256_000;

/** Sends until more processors are ready, or `limitMs` has passed. Each event is sent at least once. */
export async function sendUntilOut(options: BurstOptions, watch: Watch, limitMs: number): Promise<Sent> {
  const { clock, signal, events, least, tell } = options;
  const { before } = watch;
  const pressure = new Pressure(Math.max(events, least), Math.max(MOST_WAITING, 2 * least));
  const startMs = clock.now();
  let [sent, mostWaiting, inFull] = [0, 0, false];
  let wantedMs: number | undefined;
  let readyMs: number | undefined;
  while (!signal.aborted) {
    const stepMs = clock.now();
    const waiting = sumOf(await options.lags());
    mostWaiting = Math.max(mostWaiting, waiting);
    let left = pressure.next(waiting, inFull);
    // What cannot be sent in time may be sent at the next step, after a look.
    while (left > 0 && clock.now() - stepMs < STEP_MS && !signal.aborted) {
      const count = Math.min(left, CHUNK);
      await options.send(sent, count);
      sent += count;
      left -= count;
    }
    inFull = left === 0;
    const seen = await watch.look();
    const nowMs = clock.now() - startMs;
    if (watch.wentOut) wantedMs ??= nowMs;
    if (watch.wentOut && seen.ready > before.ready) readyMs ??= nowMs;
    tell(told.burst({ seen, before, sent, waiting, leftMs: limitMs - nowMs }));
    if (sent >= events && (readyMs !== undefined || nowMs >= limitMs)) break;
    await clock.sleep(Math.max(0, STEP_MS - (clock.now() - stepMs)), signal);
  }
  const sentMs = clock.now() - startMs;
  return { sent, sentMs, mostWaiting, outrun: pressure.outrun, wantedMs, readyMs };
}

const sumOf = (lags: readonly PartitionLag[]): number => lags.reduce((sum, { lag }) => sum + lag, 0);
