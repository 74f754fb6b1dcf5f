/** The header is cut to the second and travels for a while, so differences up to this say nothing. */
const TOLERANCE_MS = 2_500;

/**
 * The server's time. Ages are told against it, so that a wrong clock on the viewer's machine does not make fresh data
 * look old.
 */
export function createServerClock(now: () => number): { now(): number; learn(serverMs: number): void } {
  let aheadMs = 0;
  return {
    now: () => now() + aheadMs,
    learn(serverMs) {
      const difference = serverMs + 500 - now();
      if (Math.abs(difference - aheadMs) > TOLERANCE_MS)
        aheadMs = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
    },
  };
}
