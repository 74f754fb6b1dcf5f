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

/** Joules over a series of samples in order of time; 0 when there are fewer than two. */
export function joulesOver(samples: readonly PowerSample[]): number {
  let joules = 0;
  for (let at = 1; at < samples.length; at++) joules += joulesBetween(samples[at - 1]!, samples[at]!);
  return joules;
}
