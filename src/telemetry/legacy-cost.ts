/** Seconds over which the rolling figure looks back. */
export const LEGACY_WINDOW_S = 30;

/**
 * Dollars per token as `/gpu/info` has always told it: price per hour, divided by the tokens of the last 30 seconds
 * stretched to an hour. It knows neither idle time nor directions; `null` when no tokens came.
 */
export function legacyCostPerToken(
  priceMicroUsdPerHour: number,
  tokensInWindow: number,
  windowS: number = LEGACY_WINDOW_S,
): number | null {
  if (!(tokensInWindow > 0) || !(windowS > 0)) return null;
  return priceMicroUsdPerHour / 1e6 / (tokensInWindow * (3_600 / windowS));
}
