import type { Figures, Report } from "../../telemetry/report-model.ts";

/**
 * A report as RFC 4180 has it: a header, a line per group, the total last. Fields that a spreadsheet would take for a
 * formula are kept from being one by a leading apostrophe.
 */
export function reportCsv(report: Report): string {
  const names = Object.keys(report.totals) as (keyof Figures)[];
  const rows = [
    ["key", "label", ...names],
    ...report.groups.map((group) => [group.key, group.label, ...names.map((name) => group[name])]),
    ["", "total", ...names.map((name) => report.totals[name])],
  ];
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | readonly string[] | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : value.join(" ");
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
