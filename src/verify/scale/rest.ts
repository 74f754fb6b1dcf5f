import type { Clock } from "../../support/clock.ts";
import { calledFor } from "./autoscaler.ts";
import type { Manners } from "./manners.ts";
import { told } from "./told.ts";
import type { Seen } from "./watch.ts";

export type RestOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly manners: Manners;
  /** How long it may take besides the autoscaler's own rules, ms. */
  readonly settleMs: number;
  look(): Promise<Seen>;
  tell(text: string): void;
};

const STEP_MS = 1_000;

/**
 * Waits until nothing about the number of replicas is about to change: as many are ready as are wanted and as the metrics
 * call for. What would change by itself would count as an answer to the burst. Answers as well when that takes too long.
 */
export async function untilAtRest(
  options: RestOptions,
): Promise<{ readonly seen: Seen; readonly atRest: boolean }> {
  const { clock, signal, manners, settleMs } = options;
  const startMs = clock.now();
  for (;;) {
    const seen = await options.look();
    const { desired, current, ready } = seen;
    const atRest = ready === desired && current === desired && (calledFor(seen) ?? desired) === desired;
    const stepsMs = manners.stepsDownMs(desired, seen.min) ?? 0;
    const leftMs = startMs + manners.downMs + stepsMs + settleMs - clock.now();
    if (atRest || leftMs <= 0 || signal.aborted) return { seen, atRest };
    options.tell(told.resting(seen, leftMs));
    await clock.sleep(STEP_MS, signal);
  }
}
