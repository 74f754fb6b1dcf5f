import { SQLiteError } from "bun:sqlite";
import { type Clock, systemClock } from "./clock.ts";
import { isOutage } from "./errors.ts";
import { backoffMs } from "./retry.ts";

export type Patience = {
  /** How long to wait in all, ms. */
  readonly waitMs: number;
  /** How long each try waits inside SQLite, which blocks the thread, ms. */
  readonly blockedMs: number;
};

/**
 * Runs `fn`, and again while another connection holds the lock of the file, without blocking the thread in between. The
 * first try is made before this returns. Rejects with what the last try threw; everything but a lock rejects at once.
 */
export async function patiently<T>(
  { waitMs, blockedMs }: Patience,
  fn: () => T,
  clock: Pick<Clock, "sleep"> = systemClock,
): Promise<T> {
  for (let waitedMs = 0, attempt = 0; ; attempt += 1) {
    try {
      return fn();
    } catch (error) {
      if (!isLocked(error) || waitedMs >= waitMs) throw error;
      const ms = backoffMs(attempt, { firstMs: 4, maxMs: 100 });
      await clock.sleep(ms);
      waitedMs += ms + Math.min(waitMs, blockedMs);
    }
  }
}

const isLocked = (error: unknown) =>
  isOutage(error) &&
  error.cause instanceof SQLiteError &&
  /^SQLITE_(BUSY|LOCKED)/.test(error.cause.code ?? "");
