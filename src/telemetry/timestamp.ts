const ZERO = 48;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Milliseconds since the epoch of an RFC 3339 time from 1970 on, or NaN. Stricter than `Date.parse`, which takes a time without a
 * zone for local time, 30 February for 2 March, and names of months for anything. Digits below a millisecond are cut.
 *
 * @param zoneless what to make of a time that names no zone: NaN, or UTC
 */
export function parseTimestamp(text: string, zoneless: "reject" | "utc" = "reject"): number {
  if (!hasShape(text)) return Number.NaN;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (!(year >= 1970) || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 60) return Number.NaN;
  let at = 19;
  let millis = 0;
  const mark = text.charCodeAt(at);
  if (mark === 46 || mark === 44) {
    let weight = 100;
    const start = ++at;
    for (; isDigit(text, at); at++) {
      millis += (text.charCodeAt(at) - ZERO) * weight;
      weight = weight > 1 ? weight / 10 : 0;
    }
    if (at === start) return Number.NaN;
  }
  const offsetMinutes = zone(text, at, zoneless);
  return Date.UTC(year, month - 1, day, hour, minute - offsetMinutes, second, millis);
}

/** `YYYY-MM-DDThh:mm:ss`, with a blank allowed for the T, and something optional after it. */
function hasShape(text: string): boolean {
  const separator = text.charCodeAt(10);
  return (
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    (separator === 84 || separator === 116 || separator === 32) &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58
  );
}

/** Minutes east of UTC that the rest of the text says, or NaN. */
function zone(text: string, at: number, zoneless: "reject" | "utc"): number {
  const mark = text.charCodeAt(at);
  const rest = text.length - at;
  if (mark === 90 || mark === 122) return rest === 1 ? 0 : Number.NaN;
  if (rest === 0) return zoneless === "utc" ? 0 : Number.NaN;
  if ((mark !== 43 && mark !== 45) || rest !== 6 || text.charCodeAt(at + 3) !== 58) return Number.NaN;
  const hours = two(text, at + 1);
  const minutes = two(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (mark === 43 ? 1 : -1) * (hours * 60 + minutes);
}

/** The number that two digits make; NaN where one of them is none, which no comparison above lets pass. */
function two(text: string, at: number): number {
  if (!isDigit(text, at) || !isDigit(text, at + 1)) return Number.NaN;
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= ZERO + 9;
}

const daysIn = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : DAYS_IN_MONTH[month - 1]!;
