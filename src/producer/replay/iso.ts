const MILLIS = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, "0")}Z`);

/** Writes ms since the epoch as RFC 3339 in UTC. Times that come in order share the work on the same second. */
export function isoWriter(): (ms: number) => string {
  let second = Number.NaN;
  let prefix = "";
  return (ms) => {
    const whole = Math.floor(ms);
    const at = Math.floor(whole / 1000);
    if (at !== second) {
      prefix = new Date(at * 1000).toISOString().slice(0, 19);
      second = at;
    }
    return prefix + MILLIS[whole - at * 1000]!;
  };
}
