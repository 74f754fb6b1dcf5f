import { buildReport, reportQueries } from "../../../telemetry/report.ts";
import type { Grouping, Report } from "../../../telemetry/report-model.ts";
import { ROLLUP_RETENTION_MS } from "../../../telemetry/rollup.ts";
import type { Sources } from "../endpoint.ts";
import type { AskedRange, TimeRange } from "../query/range.ts";

const HOUR_MS = 3_600_000;
/** The last instant there is, ECMA-262. */
const END_OF_TIME_MS = 8.64e15;

/** The report of a range, by the same code that every view uses. */
export async function reportOf(
  { store, clock }: Pick<Sources, "store" | "clock">,
  range: AskedRange,
  groupBy: Grouping,
): Promise<Report> {
  const queries = reportQueries(readableRange(range, clock.now()));
  const rows = await Promise.all(queries.map((query) => store.queryRollups(query)));
  return buildReport(rows.flat(), groupBy);
}

/** Ends that are too old to be told to the minute move outwards to the hour. */
export function readableRange({ fromMs = 0, toMs = END_OF_TIME_MS }: AskedRange, nowMs: number): TimeRange {
  const minutesSinceMs = nowMs - (ROLLUP_RETENTION_MS[60] ?? Number.POSITIVE_INFINITY);
  return {
    fromMs: fromMs < minutesSinceMs ? Math.floor(fromMs / HOUR_MS) * HOUR_MS : fromMs,
    toMs: toMs < minutesSinceMs ? Math.ceil(toMs / HOUR_MS) * HOUR_MS : toMs,
  };
}
