import {
  formatCompact,
  formatCount,
  formatEnergy,
  formatPercent,
  formatUsd,
  usdDigits,
} from "../../../support/format.ts";
import type { Figures, Grouping } from "../../../telemetry/report-model.ts";
import type { FigureFormulaId } from "../figures/formulas.ts";
import { formatSeconds, formatSignificant } from "../figures/numbers.ts";

type Value = number | null;
export type Column = {
  /** Its name in the address, and the formula behind it. */
  readonly id: FigureFormulaId;
  readonly title: string;
  readonly value: (figures: Figures) => Value;
  /** `like` is the greatest value of the column, so that all of them have as many digits. */
  readonly text: (value: Value, like: Value) => string;
};

const column = (
  id: FigureFormulaId,
  title: string,
  value: Column["value"],
  text: Column["text"],
): Column => ({ id, title, value, text });

/** Three digits and a unit are enough to compare; the exact number is in the panel and in the CSV. */
const tokens: Column["text"] = (value, like) =>
  like !== null && like >= 1e7 ? formatCompact(value) : formatCount(value);
const money: Column["text"] = (value, like) => formatUsd(value, usdDigits(like ?? 0));

export const columns: readonly Column[] = [
  column("cost", "Cost", (f) => f.allocationMicroUsd, money),
  column("idle", "Idle", (f) => f.idleMicroUsd, money),
  column("idleShare", "Idle %", (f) => ratio(f.idleMicroUsd, f.allocationMicroUsd), formatPercent),
  column("blended", "$ / 1M", (f) => f.microUsdPerMillionTokens, money),
  column("input", "$ / 1M in", (f) => f.microUsdPerMillionInputTokens, money),
  column("output", "$ / 1M out", (f) => f.microUsdPerMillionOutputTokens, money),
  column("inputTokens", "Input", (f) => f.inputTokens, tokens),
  column("outputTokens", "Output", (f) => f.outputTokens, tokens),
  column("requests", "Requests", (f) => f.requests, tokens),
  column(
    "joulesPerToken",
    "J / token",
    (f) => f.joulesPerToken,
    (value) => formatSignificant(value),
  ),
  column(
    "energy",
    "Energy",
    (f) => f.energyJoules,
    (value, like) => formatEnergy(value, like),
  ),
  column("utilization", "Busy", (f) => f.utilization, formatPercent),
  column("e2e", "Latency", (f) => f.p50LatencySeconds, formatSeconds),
  column("ttft", "First token", (f) => f.p50TtftSeconds, formatSeconds),
  column("goodShare", "Good", (f) => ratio(f.goodRequests, f.sloRequests), formatPercent),
  column("goodCost", "$ / good", (f) => f.microUsdPerGoodRequest, money),
];

/** What only some telemetry has. */
const sometimes: readonly FigureFormulaId[] = ["e2e", "ttft", "goodShare", "goodCost"];

/** Columns that have a number anywhere; a trace without latencies needs no empty columns for them. */
export const usedColumns = (rows: readonly Figures[]): readonly Column[] =>
  columns.filter(({ id, value }) => !sometimes.includes(id) || rows.some((row) => value(row) !== null));

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

/** The greatest value of each column, by its id. */
export const greatestOf = (
  columns: readonly Column[],
  rows: readonly Figures[],
): ReadonlyMap<string, Value> =>
  new Map(
    columns.map(({ id, value }) => [
      id,
      rows.reduce<Value>((most, row) => {
        const own = value(row);
        return own === null || (most !== null && own <= most) ? most : own;
      }, null),
    ]),
  );
