const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next try after `failures` in a row: doubling from one second to half a minute, of which
 * a random half is waited, so that many viewers do not come back at the same moment. `random` is from 0 to 1.
 */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * When to ask next for what changes in steps of `everyMs`: shortly after a step has ended, so that its last records
 * have arrived.
 */
export function nextStepMs(nowMs: number, everyMs: number, settleMs = 2_000): number {
  return (Math.floor((nowMs - settleMs) / everyMs) + 1) * everyMs + settleMs;
}
