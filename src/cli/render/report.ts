import { formatCount, formatDecimal, formatEnergy, formatPercent, formatUsd } from "../../support/format.ts";
import type { Figures, Grouping, Report } from "../../telemetry/report-model.ts";
import { type Column, renderTable } from "./table.ts";

export type ReportStyle = { readonly color: boolean; readonly columns: number };

const titles: Readonly<Record<Grouping, string>> = {
  model: "MODEL",
  gpu: "GPU",
  host: "HOST",
  team: "TEAM",
  tenant: "TENANT",
  hour: "HOUR",
  gpuModel: "CARD",
  source: "SOURCE",
};

type Cell = readonly [title: string, of: (figures: Figures) => string];

const tokenCells: readonly Cell[] = [
  ["INPUT", (figures) => formatCount(figures.inputTokens)],
  ["OUTPUT", (figures) => formatCount(figures.outputTokens)],
  ["$/1M", (figures) => formatUsd(figures.microUsdPerMillionTokens)],
  ["$/1M IN", (figures) => formatUsd(figures.microUsdPerMillionInputTokens)],
  ["$/1M OUT", (figures) => formatUsd(figures.microUsdPerMillionOutputTokens)],
  ["J/TOKEN", (figures) => formatDecimal(figures.joulesPerToken, 2)],
];

const gpuCells: readonly Cell[] = [
  ["COST", (figures) => formatUsd(figures.allocationMicroUsd)],
  ["USED", (figures) => formatUsd(figures.usedMicroUsd)],
  ["IDLE", (figures) => formatUsd(figures.idleMicroUsd)],
  ["UNUSED", (figures) => formatUsd(figures.idleUnallocatedMicroUsd)],
  ["BUSY", (figures) => formatPercent(figures.utilization)],
  ["GPU-H", (figures) => formatDecimal(figures.gpuSeconds / 3600, 2)],
  ["ENERGY", (figures) => formatEnergy(figures.energyJoules)],
];

/**
 * A report for people: what the tokens cost, what the GPUs cost, and what must be known about the numbers. Two tables,
 * because one would not fit 80 columns.
 */
export function reportText(report: Report, style: ReportStyle): string {
  const { from, to, notes, totals } = report;
  const span = from === null || to === null ? "no events" : `${minute(from)} to ${minute(to)} UTC`;
  const requests = totals.requests === 1 ? "1 request" : `${formatCount(totals.requests)} requests`;
  const blocks = [
    `${span}, ${requests}`,
    table(report, tokenCells, style),
    table(report, gpuCells, style),
    "USED: price × time the GPU was busy. IDLE: the rest. UNUSED: the part of it in hours in which nothing ran.",
    ...notes.map((note) => `note: ${note}`),
  ];
  return [...blocks.slice(0, 3), blocks.slice(3).join("\n")].join("\n\n");
}

function table(report: Report, cells: readonly Cell[], { color, columns }: ReportStyle): string {
  const head: Column[] = [{ title: titles[report.groupedBy] }];
  for (const [title] of cells) head.push({ title, align: "right" });
  const line = (name: string, figures: Figures) => [name, ...cells.map(([, of]) => of(figures))];
  return renderTable(
    head,
    report.groups.map((group) => line(group.label.replace(/ UTC$/, ""), group)),
    { color, maxWidth: columns, footer: line("total", report.totals) },
  );
}

const minute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
