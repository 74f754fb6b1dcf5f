import type { Clock } from "../support/clock.ts";
import { Ca3Error, isOutage } from "../support/errors.ts";
import type { Logger } from "../support/log.ts";
import { type BackoffPolicy, backoffMs } from "../support/retry.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";
import type { Dependency, OutageWatch } from "./outage.ts";

/** From a tenth of a second to ten: quick after a hiccup, gentle to a server that is starting. */
const outageBackoff: BackoffPolicy = { firstMs: 100, maxMs: 10_000 };
const bugBackoff: BackoffPolicy = { firstMs: 50, maxMs: 1_000 };
const BUG_TRIES = 4;

export type PersistContext = {
  readonly clock: Clock;
  readonly meters: Ca3Meters;
  readonly logger: Logger;
  readonly outages: OutageWatch;
  readonly random: () => number;
};

/** Somebody who waits for a step and may stop waiting; `left` is called when the step goes on without it. */
export type Waiter = { readonly signal: AbortSignal; readonly left?: () => void };

/**
 * Runs one step for those who still wait until it succeeds, and answers for whom it did. An outage is waited out for
 * as long as it takes, with back-off; what a person has to repair is thrown at once; an unknown error is a bug, which gets a
 * few tries and is thrown then. Whoever
 * stops waiting is left out of the next try; with nobody left the step ends. The step must be safe to repeat.
 */
export async function persist<W extends Waiter>(
  context: PersistContext,
  dependency: Dependency,
  name: string,
  waiters: readonly W[],
  step: (live: readonly W[]) => Promise<void>,
): Promise<readonly W[]> {
  const { clock, meters, logger, outages, random } = context;
  let live = waiters;
  if (live.length === 0) return live;
  let bugs = 0;
  for (let outage = 0; ; ) {
    let waitMs: number;
    try {
      await step(live);
      const ended = outages.answered(dependency);
      if (ended) {
        const seconds = Math.round((clock.now() - ended.sinceMs) / 1000);
        logger.info("Dependency answers again.", { dependency, step: name, seconds, tries: ended.tries });
      }
      return live;
    } catch (error) {
      if (isOutage(error)) {
        waitMs = backoffMs(outage++, outageBackoff, random);
        if (outages.failed(dependency, error.message, clock.now()))
          logger.warn("Dependency is away; waiting for it.", { dependency, step: name, error });
        if (dependency === "store") meters.add("processor_mongo_retries_total", { reason: error.code });
      } else {
        if (error instanceof Ca3Error) throw error;
        if (++bugs >= BUG_TRIES) throw error;
        waitMs = backoffMs(bugs - 1, bugBackoff, random);
        meters.add("processor_bug_retries_total", { step: name });
        logger.error("Step failed in an unknown way.", { step: name, error, try: bugs });
      }
    }
    await clock.sleep(waitMs, AbortSignal.any(live.map(({ signal }) => signal)));
    for (const { signal, left } of live) if (signal.aborted) left?.();
    live = live.filter(({ signal }) => !signal.aborted);
    if (live.length === 0) {
      outages.answered(dependency);
      return live;
    }
  }
}
