import type { RollupQuery, RollupRow } from "../store/port.ts";
import { DIMENSIONS, type ResolutionS } from "./rollup.ts";

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
 * minutes for the rest at both ends. Hours are kept for ever and are few; minutes are not kept as long, so a window in the
 * distant past is exact only when it begins and ends on the hour.
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

/** One query for the clock hours that the window touches; for views that may be as coarse as that. */
export const reportQuery = ({ fromMs, toMs }: Window): RollupQuery =>
  query(3600, Math.floor(fromMs / HOUR_MS) * HOUR_MS, Math.ceil(toMs / HOUR_MS) * HOUR_MS);

/** All rows of a window, to the minute, from whatever can answer rollup queries. */
export async function reportRows(
  store: { queryRollups(query: RollupQuery): Promise<readonly RollupRow[]> },
  window: Window,
): Promise<readonly RollupRow[]> {
  const parts = await Promise.all(reportQueries(window).map((part) => store.queryRollups(part)));
  return parts.flat();
}
