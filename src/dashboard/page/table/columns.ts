import {
  formatCompact,
  formatCount,
  formatEnergy,
  formatPercent,
  formatUsd,
} from "../../../support/format.ts";
import type { Figures, Grouping } from "../../../telemetry/report-model.ts";
import type { FigureFormulaId } from "../figures/formulas.ts";
import { formatSeconds, formatSignificant } from "../figures/numbers.ts";

export type Column = {
  /** Its name in the address, and the formula behind it. */
  readonly id: FigureFormulaId;
  readonly title: string;
  readonly value: (figures: Figures) => number | null;
  readonly text: (value: number | null) => string;
};

const column = (
  id: FigureFormulaId,
  title: string,
  value: Column["value"],
  text: Column["text"],
): Column => ({ id, title, value, text });

/** Four digits are enough to compare; the exact number is in the panel and in the CSV. */
const tokens = (value: number | null): string =>
  value !== null && value >= 1e7 ? formatCompact(value) : formatCount(value);

export const columns: readonly Column[] = [
  column("cost", "Cost", (f) => f.allocationMicroUsd, formatUsd),
  column("idle", "Idle", (f) => f.idleMicroUsd, formatUsd),
  column("idleShare", "Idle %", (f) => ratio(f.idleMicroUsd, f.allocationMicroUsd), formatPercent),
  column("blended", "$ / 1M", (f) => f.microUsdPerMillionTokens, formatUsd),
  column("input", "$ / 1M in", (f) => f.microUsdPerMillionInputTokens, formatUsd),
  column("output", "$ / 1M out", (f) => f.microUsdPerMillionOutputTokens, formatUsd),
  column("inputTokens", "Input", (f) => f.inputTokens, tokens),
  column("outputTokens", "Output", (f) => f.outputTokens, tokens),
  column("requests", "Requests", (f) => f.requests, tokens),
  column("joulesPerToken", "J / token", (f) => f.joulesPerToken, formatSignificant),
  column("energy", "Energy", (f) => f.energyJoules, formatEnergy),
  column("utilization", "Busy", (f) => f.utilization, formatPercent),
  column("latency", "Latency", (f) => f.meanLatencySeconds, formatSeconds),
  column("firstToken", "First token", (f) => f.meanTtftSeconds, formatSeconds),
];

/** Columns that have a number anywhere; a trace without latencies needs no empty columns for them. */
export const usedColumns = (rows: readonly Figures[]): readonly Column[] =>
  columns.filter(
    ({ id, value }) => !(id === "latency" || id === "firstToken") || rows.some((row) => value(row) !== null),
  );

export const groupingNames: Readonly<
  Record<Grouping, { readonly one: string; readonly single: string; readonly many: string }>
> = {
  model: { one: "Model", single: "model", many: "models" },
  gpu: { one: "GPU", single: "GPU", many: "GPUs" },
  host: { one: "Host", single: "host", many: "hosts" },
  team: { one: "Team", single: "team", many: "teams" },
  tenant: { one: "Tenant", single: "tenant", many: "tenants" },
  hour: { one: "Hour", single: "hour", many: "hours" },
  gpuModel: { one: "Card", single: "kind of card", many: "kinds of card" },
  source: { one: "Source", single: "source", many: "sources" },
};

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
