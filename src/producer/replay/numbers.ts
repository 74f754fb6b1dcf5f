const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;
/** Digits a double holds exactly. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** The whole number in `bytes[start, end)`, such as `374` or `374.0`; -1 for anything else and above 15 digits. */
export function readCount(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) break;
    value = value * 10 + (byte - ZERO);
  }
  const digits = at - start;
  if (digits === 0 || digits > EXACT_DIGITS) return -1;
  if (at === end) return value;
  if (bytes[at] !== DOT) return -1;
  for (at++; at < end; at++) if (bytes[at] !== ZERO) return -1;
  return value;
}

/** The decimal number in `bytes[start, end)`, such as `-3`, `63.25` or `1.5e+06`; NaN for anything else. */
export function readNumber(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS && start < end;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  let at = isNegative ? start + 1 : start;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (byte === DOT && decimals < 0) decimals = 0;
    else break;
  }
  if (at < end || digits > EXACT_DIGITS) return readLongNumber(bytes, start, end);
  if (digits === 0) return Number.NaN;
  // Both operands are exact, so the quotient is the double nearest to what is written.
  const value = decimals > 0 ? mantissa / POWERS[decimals]! : mantissa;
  return isNegative ? -value : value;
}

const decoder = new TextDecoder();

function readLongNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 40) return Number.NaN;
  const text = decoder.decode(bytes.subarray(start, end));
  return /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
