export type BackoffPolicy = { firstMs: number; maxMs: number };

/**
 * Delay before attempt `attempt` (0 is the first retry): exponential, of which the upper half is jitter, so that many clients that
 * failed together do not come back together. Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(
  attempt: number,
  policy: BackoffPolicy,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
