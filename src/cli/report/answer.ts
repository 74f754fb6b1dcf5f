import type { RollupRow } from "../../store/port.ts";
import type { Report } from "../../telemetry/report-model.ts";
import type { Io } from "../io.ts";

export type ReportFormat = "text" | "json" | "csv" | "focus";
type Answer = { readonly report: Report; readonly rows: readonly RollupRow[]; readonly io: Io };

/** Prints a report in one of its formats. Tables for programs carry no notes, so those go to stderr. */
export async function answerWith(format: ReportFormat, { report, rows, io }: Answer): Promise<void> {
  if (format === "json") return io.out(JSON.stringify(report));
  if (format === "text") {
    const { reportText } = await import("../render/report.ts");
    return io.out(reportText(report, { color: io.outColor, columns: io.columns }));
  }
  for (const note of report.notes) io.note(`note: ${note}`);
  io.bytes(new TextEncoder().encode(await csvOf(format, report, rows)));
}

async function csvOf(format: "csv" | "focus", report: Report, rows: readonly RollupRow[]): Promise<string> {
  if (format === "focus") return (await import("../../telemetry/focus.ts")).focusCsv(rows);
  return (await import("../../processor/http/report-csv.ts")).reportCsv(report);
}
