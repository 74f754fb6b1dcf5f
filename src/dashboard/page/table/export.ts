import { type CsvValue, csvText } from "../../../telemetry/csv.ts";
import type { Figures, Grouping, ReportGroup } from "../../../telemetry/report-model.ts";

/**
 * The groups as they stand on the page, with every figure exact: money in whole micro-dollars, times in seconds, the
 * names of the API. Texts that a spreadsheet would take for a formula are kept from being one by a leading apostrophe.
 */
export function groupsCsv(groups: readonly ReportGroup[]): string {
  const names = Object.keys(groups[0] ?? {}).filter((name) => name !== "key" && name !== "label");
  return csvText(
    ["key", "label", ...names],
    groups.map((group) => [
      cell(group.key),
      cell(group.label),
      ...names.map((name) => cell(group[name as keyof Figures] as CsvValue | readonly string[])),
    ]),
  );
}

function cell(value: unknown): CsvValue {
  if (value === null || typeof value === "number") return value;
  const text =
    typeof value === "string" ? value : Array.isArray(value) ? value.join(" ") : JSON.stringify(value);
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** `ca3-model-2026-11-23T0941Z.csv` */
export const csvName = (by: Grouping, atMs: number): string =>
  `ca3-${by}-${new Date(atMs).toISOString().slice(0, 16).replace(":", "")}Z.csv`;
