const MS_PER_HOUR = 3_600_000;
const NANO_PER_MICRO = 1_000;

/**
 * Cost of holding a share of a GPU for a while, as whole billionths of a US dollar; summing a million of them is off by
 * less than a thousandth of a dollar. Price × held hours: allocation basis, pipeline formula 6, with fractions as in 10.
 *
 * @param priceMicroUsdPerHour price of the whole GPU, in millionths of a dollar per hour
 * @param fraction share of the GPU that is held, 0..1
 */
export function gpuCostNanoUsd(priceMicroUsdPerHour: number, intervalMs: number, fraction: number): number {
  return Math.round((priceMicroUsdPerHour * NANO_PER_MICRO * intervalMs * fraction) / MS_PER_HOUR);
}

/** A price in dollars as whole millionths of a dollar. */
export const microUsd = (usd: number): number => Math.round(usd * 1e6);

/** An exact decimal number of dollars, such as `12.345678`, without going through a floating point number. */
export function usdText(amountMicroUsd: number): string {
  const digits = String(Math.abs(amountMicroUsd)).padStart(7, "0");
  return `${amountMicroUsd < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
