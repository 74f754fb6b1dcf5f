import type { RollupQuery, RollupRow } from "../store/port.ts";
import { DIMENSIONS, type ResolutionS, ROLLUP_RETENTION_MS } from "./rollup.ts";

/** A span of time, ms since the epoch; `toMs` is not part of it. */
export type Window = { readonly fromMs: number; readonly toMs: number };

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const query = (resolutionS: ResolutionS, fromMs: number, toMs: number): RollupQuery => ({
  resolutionS,
  fromMs,
  toMs,
  groupBy: ["kind", "bucket", ...DIMENSIONS],
});

/**
 * What to ask the store for so that the rows together are the window, to the minute: hours for the whole hours in it and
 * minutes for the rest at both ends. Hours are kept for ever and are few.
 */
export function reportQueries({ fromMs, toMs }: Window): readonly RollupQuery[] {
  const from = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS;
  const to = Math.ceil(toMs / MINUTE_MS) * MINUTE_MS;
  const firstHour = Math.ceil(from / HOUR_MS) * HOUR_MS;
  const lastHour = Math.floor(to / HOUR_MS) * HOUR_MS;
  const parts =
    firstHour > lastHour
      ? [query(60, from, to)]
      : [query(60, from, firstHour), query(3600, firstHour, lastHour), query(60, lastHour, to)];
  return parts.filter((part) => part.fromMs < part.toMs);
}

/** Whatever can answer rollup queries. */
export type RollupSource = { queryRollups(query: RollupQuery): Promise<readonly RollupRow[]> };

/**
 * All rows of a window, from whatever can answer rollup queries. The ends count to the minute as long as minutes are
 * kept; an end that is older moves outwards to the hour. An absent end is the beginning or the end of all telemetry.
 */
export async function reportRows(
  store: RollupSource,
  window: Partial<Window>,
  nowMs: number,
): Promise<readonly RollupRow[]> {
  const queries = reportQueries(readableWindow(window, nowMs));
  const parts = await Promise.all(queries.map((part) => store.queryRollups(part)));
  return parts.flat();
}

/** The last instant there is, ECMA-262. */
const END_OF_TIME_MS = 8.64e15;

/** The window as far as it can be told. */
export function readableWindow(
  { fromMs = 0, toMs = END_OF_TIME_MS }: Partial<Window>,
  nowMs: number,
): Window {
  const minutesSinceMs = nowMs - (ROLLUP_RETENTION_MS[60] ?? Number.POSITIVE_INFINITY);
  return {
    fromMs: fromMs < minutesSinceMs ? Math.floor(fromMs / HOUR_MS) * HOUR_MS : fromMs,
    toMs: toMs < minutesSinceMs ? Math.ceil(toMs / HOUR_MS) * HOUR_MS : toMs,
  };
}
