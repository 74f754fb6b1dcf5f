import {
  formatCount,
  formatDecimal,
  formatDuration,
  formatEnergy,
  formatPercent,
  formatUsd,
} from "../../support/format.ts";
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

const timeCells: readonly Cell[] = [
  ["TTFT P50", (figures) => seconds(figures.p50TtftSeconds)],
  ["TTFT P99", (figures) => seconds(figures.p99TtftSeconds)],
  ["TPOT P50", (figures) => seconds(figures.p50TpotSeconds)],
  ["TPOT P99", (figures) => seconds(figures.p99TpotSeconds)],
  ["E2E P50", (figures) => seconds(figures.p50LatencySeconds)],
  ["E2E P99", (figures) => seconds(figures.p99LatencySeconds)],
];

const goodCells: readonly Cell[] = [
  ["JUDGED", (figures) => formatCount(figures.sloRequests)],
  ["GOOD", (figures) => formatCount(figures.goodRequests)],
  ["TTFT LATE", (figures) => formatCount(figures.sloMissedTtft)],
  ["TPOT LATE", (figures) => formatCount(figures.sloMissedTpot)],
  ["E2E LATE", (figures) => formatCount(figures.sloMissedE2e)],
  ["$/GOOD", (figures) => formatUsd(figures.microUsdPerGoodRequest)],
];

const seconds = (value: number | null): string => formatDuration(value === null ? null : value * 1000);

/**
 * A report for people: what the tokens cost, what the GPUs cost, how long requests took and how many were good where
 * that is known, and what must be known about the numbers. Several tables, because one would not fit 80 columns.
 */
export function reportText(report: Report, style: ReportStyle): string {
  const { from, to, notes, totals } = report;
  const span = from === null || to === null ? "no events" : `${minute(from)} to ${minute(to)} UTC`;
  const requests = totals.requests === 1 ? "1 request" : `${formatCount(totals.requests)} requests`;
  const timed = totals.p50TtftSeconds ?? totals.p50TpotSeconds ?? totals.p50LatencySeconds;
  const legend = [
    "USED: price × time the GPU was busy. IDLE: the rest. UNUSED: the part of it in hours in which nothing ran.",
    ...notes.map((note) => `note: ${note}`),
  ];
  return [
    `${span}, ${requests}`,
    table(report, tokenCells, style),
    table(report, gpuCells, style),
    ...(timed === null ? [] : [table(report, timeCells, style)]),
    ...(totals.sloRequests === 0 ? [] : [table(report, goodCells, style)]),
    legend.join("\n"),
  ].join("\n\n");
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
