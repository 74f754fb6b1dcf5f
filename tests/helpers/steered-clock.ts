import type { Clock } from "../../src/support/clock.ts";

/** A clock that moves only when told to. */
export interface SteeredClock extends Clock {
  /** Moves on and wakes who is due; what they do at once is done when it resolves. */
  advance(ms: number): Promise<void>;
  /** How long each sleeper that still sleeps asked for, in order. */
  sleeping(): readonly number[];
}

/** Lets everything that can go on without time passing do so. */
export async function quiet(turns = 10): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function steeredClock(startMs = Date.UTC(2026, 4, 1, 13)): SteeredClock {
  let now = startMs;
  const sleepers = new Set<{ readonly ms: number; readonly dueMs: number; wake(): void }>();
  return {
    now: () => now,
    sleeping: () => [...sleepers].map(({ ms }) => ms),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          ms,
          dueMs: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
    async advance(ms) {
      await quiet();
      const end = now + ms;
      for (;;) {
        const next = [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > end) break;
        now = Math.max(now, next.dueMs);
        next.wake();
        await quiet();
      }
      now = end;
    },
  };
}
