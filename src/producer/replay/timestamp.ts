import type { Zone } from "./zone.ts";

const ZERO = 48;
const MONTH_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Clocks of machines that never got the time say 1970 or 1980; no trace we read is that old. */
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

const digitsAt = (bytes: Uint8Array, at: number, count: number): number => {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
};

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/**
 * Reads `YYYY-MM-DD hh:mm:ss[.fraction][zone]`, also with `/` between the parts of the date and `T` before the time;
 * the zone is `Z`, `+hh:mm`, `+hhmm` or `+hh`. Digits beyond the millisecond are cut off.
 */
export class TimestampReader {
  /** Whether any timestamp so far had no zone of its own. */
  usedZone = false;
  #day = -1;
  #dayMs = 0;

  constructor(private readonly zone: Zone) {}

  /** Milliseconds since the epoch; NaN when it is no timestamp or lies outside the years 2000 to 2100. */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 19) return Number.NaN;
    const separator = bytes[start + 4]!;
    if ((separator !== 45 && separator !== 47) || bytes[start + 7] !== separator) return Number.NaN;
    const between = bytes[start + 10];
    if (
      (between !== 32 && between !== 84 && between !== 116) ||
      bytes[start + 13] !== 58 ||
      bytes[start + 16] !== 58
    )
      return Number.NaN;
    const dayMs = this.#readDay(
      digitsAt(bytes, start, 4),
      digitsAt(bytes, start + 5, 2),
      digitsAt(bytes, start + 8, 2),
    );
    const hours = digitsAt(bytes, start + 11, 2);
    const minutes = digitsAt(bytes, start + 14, 2);
    const seconds = digitsAt(bytes, start + 17, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60)
      return Number.NaN;
    let at = start + 19;
    let ms = 0;
    if (at < end && (bytes[at] === 46 || bytes[at] === 44)) {
      const first = at + 1;
      let scale = 100;
      for (at = first; at < end; at++) {
        const digit = bytes[at]! - ZERO;
        if (digit < 0 || digit > 9) break;
        ms += digit * scale;
        scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
      }
      if (at === first || at - first > 9) return Number.NaN;
    }
    const local = dayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + ms;
    if (at < end) return local - readOffset(bytes, at, end) * 60_000;
    this.usedZone = true;
    return this.zone.toUtc(local);
  }

  #readDay(year: number, month: number, day: number): number {
    const key = (year * 100 + month) * 100 + day;
    if (key === this.#day) return this.#dayMs;
    if (year < FIRST_YEAR || year >= LAST_YEAR || month < 1 || month > 12) return Number.NaN;
    const days = month === 2 && isLeap(year) ? 29 : MONTH_DAYS[month]!;
    if (day < 1 || day > days) return Number.NaN;
    this.#day = key;
    this.#dayMs = Date.UTC(year, month - 1, day);
    return this.#dayMs;
  }
}

/** Minutes east of UTC; NaN when it is no offset. */
function readOffset(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === 32) at++;
  const sign = bytes[at];
  if (sign === 90 || sign === 122) return at + 1 === end ? 0 : Number.NaN;
  if (sign !== 43 && sign !== 45) return Number.NaN;
  const hours = digitsAt(bytes, at + 1, 2);
  const colon = bytes[at + 3] === 58 ? 1 : 0;
  const rest = end - (at + 3 + colon);
  const minutes = rest === 2 ? digitsAt(bytes, at + 3 + colon, 2) : rest === 0 && colon === 0 ? 0 : -1;
  if (end < at + 3 || hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return Number.NaN;
  return (sign === 45 ? -1 : 1) * (hours * 60 + minutes);
}

/** Whether a time in ms lies in the years that replay accepts. */
export const isPlausibleMs = (ms: number): boolean =>
  ms >= Date.UTC(FIRST_YEAR, 0, 1) && ms < Date.UTC(LAST_YEAR, 0, 1);
