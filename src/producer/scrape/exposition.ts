/** One sample of a Prometheus page: `name{labels} value [timestamp]`. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** When it was taken, ms since the epoch, if the page says so. */
  readonly atMs?: number;
};

export type LineOutcome = Sample | "not wanted" | "comment" | "malformed";

/**
 * Reads one line of the Prometheus text format, version 0.0.4, or of OpenMetrics 1.0 as far as it agrees with it.
 * Names for which `wanted` says no cost nothing more than finding their end. NaN and ±Inf are kept as such.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseLine(line: string, wanted: (name: string) => boolean): LineOutcome {
  const first = line.charCodeAt(0);
  if (Number.isNaN(first) || first === HASH || line.trim() === "") return "comment";
  let end = 0;
  while (end < line.length && isNameCharacter(line.charCodeAt(end))) end++;
  if (end === 0) return "malformed";
  const name = line.slice(0, end);
  if (!wanted(name)) return "not wanted";
  const labels: Record<string, string> = {};
  let at = end;
  if (line.charCodeAt(at) === OPEN) {
    const after = readLabels(line, at + 1, labels);
    if (after === undefined) return "malformed";
    at = after;
  }
  const [word, time] = line.slice(at).trim().split(/\s+/, 2);
  const value = numberOf(word ?? "");
  if (value === undefined) return "malformed";
  const atMs = timeOf(time);
  return atMs === undefined ? { name, labels, value } : { name, labels, value, atMs };
}

/** Milliseconds in the text format, seconds in OpenMetrics; no server was read before 1973, so the size tells them apart. */
function timeOf(word: string | undefined): number | undefined {
  if (word === undefined || !/^-?\d+(\.\d+)?$/.test(word)) return undefined;
  const time = Number(word);
  return Math.round(time < 1e11 ? time * 1000 : time);
}

const HASH = 35;
const OPEN = 123;

function isNameCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 58) || // digits and the colon
    code === 95
  );
}

/** Fills `into` and answers with the place after the closing brace, or nothing when the text is broken. */
function readLabels(line: string, start: number, into: Record<string, string>): number | undefined {
  let at = start;
  for (;;) {
    while (line[at] === " " || line[at] === ",") at++;
    if (line[at] === "}") return at + 1;
    const equals = line.indexOf("=", at);
    if (equals < 0 || line[equals + 1] !== '"') return undefined;
    const label = line.slice(at, equals).trim();
    let value = "";
    let from = equals + 2;
    for (;;) {
      const quote = line.indexOf('"', from);
      if (quote < 0) return undefined;
      const backslash = line.indexOf("\\", from);
      if (backslash < 0 || backslash > quote) {
        value += line.slice(from, quote);
        at = quote + 1;
        break;
      }
      const escaped = line[backslash + 1];
      value += line.slice(from, backslash) + (escaped === "n" ? "\n" : (escaped ?? ""));
      from = backslash + 2;
    }
    if (label !== "__proto__") into[label] = value;
  }
}

function numberOf(word: string): number | undefined {
  if (word === "") return undefined;
  if (word === "+Inf" || word === "Inf") return Number.POSITIVE_INFINITY;
  if (word === "-Inf") return Number.NEGATIVE_INFINITY;
  if (word === "NaN") return Number.NaN;
  const value = Number(word);
  return Number.isNaN(value) ? undefined : value;
}
