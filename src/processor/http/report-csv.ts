import { type CsvValue, csvText } from "../../telemetry/csv.ts";
import type { Figures, Report } from "../../telemetry/report-model.ts";

/**
 * A report as a table: a header, a line per group, the total last. Texts that a spreadsheet would take for a formula
 * are kept from being one by a leading apostrophe.
 */
export function reportCsv(report: Report): string {
  const names = Object.keys(report.totals) as (keyof Figures)[];
  const figures = (of: Figures) => names.map((name) => cell(of[name]));
  return csvText(
    ["key", "label", ...names],
    [
      ...report.groups.map((group) => [cell(group.key), cell(group.label), ...figures(group)]),
      ["", "total", ...figures(report.totals)],
    ],
  );
}

function cell(value: Figures[keyof Figures] | string): CsvValue {
  if (value === null || typeof value === "number") return value;
  const text = typeof value === "string" ? value : value.join(" ");
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
