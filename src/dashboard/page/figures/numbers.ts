import { formatCompact, formatCount, formatDecimal, formatUsd } from "../../../support/format.ts";

const NONE = "–";
const known = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

/** Three significant digits, small numbers as well: `0.0922`, `3.35`, `512`, `12,345`. */
export function formatSignificant(value: number | null | undefined, digits = 3): string {
  if (!known(value)) return NONE;
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  return formatDecimal(value, Math.min(12, Math.max(0, digits - 1 - exponent)));
}

/** A rate for a card: `0.84`, `37.2`, `4,100`, `128k`. */
export function formatRate(value: number | null | undefined): string {
  if (!known(value)) return NONE;
  if (value < 100) return formatSignificant(value);
  return value < 99_999.5 ? formatCount(value) : formatCompact(value);
}

/** A rate at a mark of an axis, which is round: `300k` rather than `300.0k`, `0.0004` rather than `0.000400`. */
export const formatTick = (value: number | null): string =>
  formatRate(value).replace(/\.?0+(?=[kMG]?$)/, (zeros, at, text: string) =>
    text.slice(0, at + zeros.length).includes(".") ? "" : zeros,
  );

/** Dollars at a mark of an axis: `$15`, `$0.50`. */
export const formatUsdTick = (microUsd: number | null): string =>
  formatUsd(microUsd)
    .replace(/(\.\d\d)0+$/, "$1")
    .replace(/\.00$/, "");

export const formatWatts = (watts: number | null | undefined): string =>
  !known(watts)
    ? NONE
    : watts < 9_999.5
      ? `${formatCount(watts)} W`
      : `${formatSignificant(watts / 1000)} kW`;

export const formatSeconds = (seconds: number | null | undefined): string =>
  !known(seconds)
    ? NONE
    : seconds < 1
      ? `${formatCount(seconds * 1000)} ms`
      : `${formatSignificant(seconds)} s`;

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
