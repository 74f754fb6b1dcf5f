/** A whole number of units of 10^-digits as exact decimal text without needless zeros: `1500`, 3 → `1.5`. */
export function decimalText(units: number, digits: number): string {
  const text = String(units).padStart(digits + 1, "0");
  const fraction = text.slice(text.length - digits).replace(/0+$/, "");
  return `${text.slice(0, text.length - digits)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Billionths of a dollar as dollars. */
export const nanoUsdText = (nanoUsd: number): string => decimalText(nanoUsd, 9);

const PRICE_DIGITS = 24n;

/**
 * Price per unit as decimal text: the cost divided by the quantity, exact where it ends and else to 24 digits, so that
 * price × quantity is the cost again.
 *
 * @param nanoUsd cost in billionths of a dollar
 * @param units quantity in units of 10^-digits
 */
export function unitPriceText(nanoUsd: number, units: number, digits: number): string {
  if (units === 0) return "0";
  const scale = 10n ** (PRICE_DIGITS - 9n + BigInt(digits));
  const price = (BigInt(nanoUsd) * scale + BigInt(units) / 2n) / BigInt(units);
  const text = price.toString().padStart(Number(PRICE_DIGITS) + 1, "0");
  const point = text.length - Number(PRICE_DIGITS);
  const fraction = text.slice(point).replace(/0+$/, "");
  return `${text.slice(0, point)}${fraction === "" ? "" : `.${fraction}`}`;
}
