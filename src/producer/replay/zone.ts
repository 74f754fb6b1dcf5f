import { Ca3Error } from "../../support/errors.ts";

/** Turns clock readings of one place into UTC. */
export interface Zone {
  readonly name: string;
  /** `localMs` is the wall clock's reading as if it were UTC. */
  toUtc(localMs: number): number;
}

const HOUR_MS = 3_600_000;
/** Offsets change at full quarters of an hour. */
const QUARTER_MS = HOUR_MS / 4;
/** Rows of several GPUs are a moment apart, and may come in any order. */
const SLACK_MS = 60_000;

/** A zone by its IANA name or its offset, such as `Europe/Berlin` or `+02:00`; CA3_USAGE when there is no such zone. */
export function openZone(name: string): Zone {
  const offset = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/.exec(name);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    if (minutes <= 15 * 60) return fixedZone(name, (offset[1] === "-" ? -1 : 1) * minutes * 60_000);
  }
  if (name === "UTC" || name === "Z") return fixedZone("UTC", 0);
  try {
    return namedZone(name, offsetsOf(name));
  } catch (cause) {
    throw new Ca3Error("CA3_USAGE", `there is no time zone ${JSON.stringify(name)}`, {
      hint: "--zone takes a name such as Europe/Berlin, or an offset such as +02:00",
      cause,
    });
  }
}

const fixedZone = (name: string, offsetMs: number): Zone => ({
  name,
  toUtc: (localMs) => localMs - offsetMs,
});

/** Offset in ms of a zone at an instant, from the zone data of the runtime. */
function offsetsOf(name: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const known = new Map<number, number>();
  return (utcMs) => {
    const quarter = Math.floor(utcMs / QUARTER_MS);
    const cached = known.get(quarter);
    if (cached !== undefined) return cached;
    const atMs = quarter * QUARTER_MS;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(atMs)) part[type] = Number(value);
    const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    if (known.size > 1000) known.clear();
    known.set(quarter, local - atMs);
    return local - atMs;
  };
}

/**
 * When clocks go back an hour is read twice. The earlier meaning is taken, unless that would go back behind the
 * reading before; so a log that runs through the change keeps its order. A reading that clocks skipped counts as if
 * they had not been put forward.
 */
function namedZone(name: string, offsetAt: (utcMs: number) => number): Zone {
  let before = Number.NEGATIVE_INFINITY;
  return {
    name,
    toUtc: (localMs) => {
      const early = localMs - offsetAt(localMs - 24 * HOUR_MS);
      const late = localMs - offsetAt(localMs + 24 * HOUR_MS);
      const fits = (utcMs: number) => utcMs + offsetAt(utcMs) === localMs;
      const meanings = early === late ? [early] : [Math.min(early, late), Math.max(early, late)].filter(fits);
      const utcMs = meanings.find((meaning) => meaning >= before - SLACK_MS) ?? meanings[0] ?? early;
      before = Math.max(before, utcMs);
      return utcMs;
    },
  };
}
