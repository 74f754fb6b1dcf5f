import type { PartitionLag } from "../../eventlog/port.ts";
import type { BurstOptions } from "./course.ts";
import { told } from "./told.ts";
import type { Watch } from "./watch.ts";

/** How it went after the last record; all times in ms, and absent when it did not come to that. */
export type Settled = {
  /** What waited before the last record and is not done with. */
  readonly behind: number;
  /** Events that the API counts in the end. */
  readonly counted: number;
  /** From the last record until all were processed, and until there were no more replicas than before. */
  readonly drainedMs: number | undefined;
  readonly backMs: number | undefined;
  /** How long was waited at most for all to be processed, and from then on for the replicas to be as before. */
  readonly limits: { readonly drainMs: number; readonly backMs: number };
};

const STEP_MS = 1_000;
/** Once only the autoscaler is waited for: looks take processor time, which is what it goes by. */
const CALM_STEP_MS = 5_000;
/** How long after everything is processed the API may still count. */
const API_LATE_MS = 20_000;

/** Waits until all that was sent is processed and counted, and there are no more replicas than before. */
export async function untilAsBefore(options: BurstOptions, watch: Watch): Promise<Settled> {
  const { clock, signal, manners, events, settleMs, tell } = options;
  const { before } = watch;
  const startMs = clock.now();
  const ends = new Map((await options.lags()).map(({ partition, endOffset }) => [partition, endOffset]));
  /** Also where it came to more of them only when nothing was sent any longer. */
  const returnMs = () => {
    if (!watch.wentOut) return API_LATE_MS;
    const stepsMs = manners.stepsDownMs(watch.most.desired, before.desired) ?? 0;
    return Math.max(API_LATE_MS, manners.downMs + stepsMs + settleMs);
  };
  let [behind, counted] = [Number.NaN, 0];
  let drainedMs: number | undefined;
  let backMs: number | undefined;
  while (!signal.aborted) {
    const seen = await watch.look();
    if (drainedMs === undefined) behind = behindOf(await options.lags(), ends);
    const nowMs = clock.now() - startMs;
    if (behind === 0) drainedMs ??= nowMs;
    const isBack = seen.desired <= before.desired && seen.ready <= before.ready;
    backMs = isBack ? (backMs ?? nowMs) : undefined;
    const late = drainedMs !== undefined && nowMs - drainedMs > API_LATE_MS;
    const isCounted = drainedMs !== undefined && (counted >= events || late);
    // What would count twice may do so until the last processor has gone.
    if (!isCounted || isBack) counted = await options.counted();
    const limitMs = drainedMs === undefined ? settleMs : drainedMs + returnMs();
    tell(told.settling({ seen, before, behind, counted, events, manners, leftMs: limitMs - nowMs }));
    if (nowMs > limitMs || (isCounted && isBack)) break;
    await clock.sleep(isCounted ? CALM_STEP_MS : STEP_MS, signal);
  }
  return {
    ...{ behind, counted, drainedMs, backMs },
    limits: { drainMs: settleMs, backMs: returnMs() },
  };
}

/** How many of the records before these ends are not processed; others keep sending. */
const behindOf = (lags: readonly PartitionLag[], ends: ReadonlyMap<number, number>): number =>
  lags.reduce(
    (sum, { partition, committed }) => sum + Math.max(0, (ends.get(partition) ?? 0) - committed),
    0,
  );
