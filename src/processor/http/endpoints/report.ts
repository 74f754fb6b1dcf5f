import { buildReport, reportRows } from "../../../telemetry/report.ts";
import type { Grouping, Report } from "../../../telemetry/report-model.ts";
import type { Sources } from "../endpoint.ts";
import type { AskedRange } from "../query/range.ts";

/** The report of a range, by the same code that every view uses. */
export async function reportOf(
  { store, clock }: Pick<Sources, "store" | "clock">,
  range: AskedRange,
  groupBy: Grouping,
): Promise<Report> {
  return buildReport(await reportRows(store, range, clock.now()), groupBy);
}
