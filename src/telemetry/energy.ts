/** Power of a card at one moment. */
export type PowerSample = { readonly tsMs: number; readonly powerW: number };

/**
 * Joules between two samples: the trapezoid over the time that really passed, not over the time between samples that was
 * asked for. Exact where power changes evenly; 0 when the clock stood still or went back.
 */
export function joulesBetween(before: PowerSample, after: PowerSample): number {
  const seconds = Math.max(0, after.tsMs - before.tsMs) / 1000;
  return ((before.powerW + after.powerW) / 2) * seconds;
}
