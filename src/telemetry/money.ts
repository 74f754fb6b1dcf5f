const MS_PER_HOUR = 3_600_000;
const NANO_PER_MICRO = 1_000;

/**
 * Cost of holding a share of a GPU for a while, as whole billionths of a US dollar; summing a million of them is off by
 * less than a thousandth of a dollar. This is "cost" of `docs/cost.md`: price × the time the GPU was held.
 *
 * @param priceMicroUsdPerHour price of the whole GPU, in millionths of a dollar per hour
 * @param fraction share of the GPU that is held, 0..1
 */
export function gpuCostNanoUsd(priceMicroUsdPerHour: number, intervalMs: number, fraction: number): number {
  return Math.round((priceMicroUsdPerHour * NANO_PER_MICRO * intervalMs * fraction) / MS_PER_HOUR);
}

/** A price in dollars as whole millionths of a dollar. */
export const microUsd = (usd: number): number => Math.round(usd * 1e6);
