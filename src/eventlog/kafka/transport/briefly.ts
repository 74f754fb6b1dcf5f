import type { Clock } from "../../../support/clock.ts";
import { backoffMs } from "../../../support/retry.ts";
import { classOf } from "./failures.ts";

const rest = { firstMs: 50, maxMs: 500 };
/** A leader that moves or a group that is kept for the first time takes about this long. */
const PATIENCE_MS = 3_000;

/** Tries a call that may be repeated again for a moment, while somebody else takes over or starts. */
export async function briefly<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  const deadlineMs = clock.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!["moved", "network"].includes(classOf(error)) || clock.now() > deadlineMs) throw error;
      await clock.sleep(backoffMs(attempt, rest));
    }
  }
}
