import { parseTimestamp } from "../../telemetry/timestamp.ts";
import { at } from "./json.ts";

/** Times of a request as its line tells them. */
export type LineTimes = {
  /** When it ended, ms since the epoch. */
  readonly endMs?: number;
  readonly latencyS?: number;
  readonly ttftS?: number;
};

const ENDS = ["completed_at", "ended_at", "end_time", "finished_at", "timestamp", "ts", "time"];
const STARTS = ["created", "created_at", "started_at", "start_time"];
const LATENCIES = ["latency", "duration", "response_time", "total_time"];
const FIRST_TOKENS = ["ttft", "time_to_first_token"];

/**
 * Reads when a request ended and how long it took, from the line and from the response in it. Names of durations carry
 * their unit, `_ms` or `_s`; without one they are not read, because a wrong guess is off by a thousand. Without an end,
 * it is the start and the latency.
 */
export function timesOf(line: unknown, body: unknown): LineTimes {
  const latencyS = durationIn(line, LATENCIES) ?? durationIn(body, LATENCIES);
  const ttftS = durationIn(line, FIRST_TOKENS) ?? durationIn(body, FIRST_TOKENS);
  const startMs = momentIn(line, STARTS) ?? momentIn(body, STARTS);
  const endMs =
    momentIn(line, ENDS) ??
    momentIn(body, ENDS) ??
    (startMs === undefined ? undefined : startMs + Math.round((latencyS ?? 0) * 1000));
  return {
    ...(endMs === undefined ? {} : { endMs }),
    ...(latencyS === undefined ? {} : { latencyS }),
    ...(ttftS === undefined ? {} : { ttftS }),
  };
}

function momentIn(node: unknown, names: readonly string[]): number | undefined {
  for (const name of names) {
    const ms = momentOf(at(node, name));
    if (ms !== undefined) return ms;
  }
  return undefined;
}

/** Seconds, milliseconds or text; the size tells seconds from milliseconds, because no log is from before 1973. */
function momentOf(value: unknown): number | undefined {
  const ms =
    typeof value === "number"
      ? Math.round(value < 1e11 ? value * 1000 : value)
      : typeof value === "string"
        ? parseTimestamp(value)
        : Number.NaN;
  return ms >= 1e11 && ms < 1e14 ? ms : undefined;
}

const UNITS = [
  ["_s", 1],
  ["_seconds", 1],
  ["_ms", 0.001],
  ["_milliseconds", 0.001],
] as const;
const LONGEST_S = 86_400;

function durationIn(node: unknown, names: readonly string[]): number | undefined {
  for (const name of names)
    for (const [suffix, scale] of UNITS) {
      const value = at(node, `${name}${suffix}`);
      const seconds = typeof value === "number" ? value * scale : Number.NaN;
      if (seconds >= 0 && seconds <= LONGEST_S) return seconds;
    }
  return undefined;
}
