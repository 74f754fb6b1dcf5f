import type { Clock } from "../../support/clock.ts";
import { backoffMs } from "../../support/retry.ts";
import { explainAws, failureOf } from "./failures.ts";

/** Attempts of a call that AWS had no time for; it was not carried out then. */
const THROTTLED_ATTEMPTS = 6;
const BACKOFF = { firstMs: 500, maxMs: 10_000 };

/** What was just made may be unknown to the next call for a moment. */
const UNKNOWN_ATTEMPTS = 6;

/** Runs one call and gives its error in our terms. Only what was surely not carried out is repeated. */
export async function call<T>(doing: string, clock: Clock, send: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++)
    try {
      return await send();
    } catch (error) {
      if (failureOf(error) !== "throttled" || attempt + 1 >= THROTTLED_ATTEMPTS)
        throw explainAws(error, doing);
      await clock.sleep(backoffMs(attempt, BACKOFF));
    }
}

/** The same for a call whose effect may be there already: deleting what is gone, adding what exists. */
export async function unless<T>(
  kinds: readonly ReturnType<typeof failureOf>[],
  doing: string,
  clock: Clock,
  send: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call(doing, clock, send);
  } catch (error) {
    if (kinds.includes(failureOf((error as Error).cause))) return undefined;
    throw error;
  }
}

/** The same for a call on something that has just been made: EC2 may need some seconds until it knows of it. */
export async function soon<T>(doing: string, clock: Clock, send: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++)
    try {
      return await call(doing, clock, send);
    } catch (error) {
      const isMissing = failureOf((error as Error).cause) === "missing";
      if (!isMissing || attempt + 1 >= UNKNOWN_ATTEMPTS) throw error;
      await clock.sleep(backoffMs(attempt, BACKOFF));
    }
}
