import type { RollupRow } from "../../store/port.ts";
import type { Figures } from "../report-model.ts";
import { compareText } from "./order.ts";
import { dimension, hourOf, tokensOf } from "./pool.ts";

/** Sentences that must accompany the figures: which of them are not measured, and what is missing from them. */
export function notesOn(
  totals: Figures,
  gpu: readonly RollupRow[],
  token: readonly RollupRow[],
): readonly string[] {
  return [
    modelled(totals.gpuQuality),
    madeUpTokens(totals.tokenQuality),
    unknownPrices(gpu),
    tokensWithoutGpu(gpu, token),
    gpusWithoutTokens(gpu, token),
    totals.splitMethod === "multiplier"
      ? "Input and output cost are told apart by a fixed weight (an output token counts as 2.5 input tokens), because prefill and decode were not timed."
      : undefined,
  ].filter((note) => note !== undefined);
}

function modelled(qualities: readonly string[]): string | undefined {
  if (!qualities.includes("synthetic")) return withoutMeasuring("GPU figures", qualities);
  const extent = qualities.length === 1 ? "GPU figures are" : "Some GPU figures are";
  return `${extent} modelled, not measured: utilisation, power, energy and cost follow the tokens by a formula.`;
}

function madeUpTokens(qualities: readonly string[]): string | undefined {
  if (!qualities.includes("synthetic")) return withoutMeasuring("token counts", qualities);
  return `${qualities.length === 1 ? "Tokens are" : "Some tokens are"} generated, not measured: no server processed them.`;
}

function withoutMeasuring(what: string, qualities: readonly string[]): string | undefined {
  const others = qualities.filter((quality) => quality === "estimated" || quality === "interpolated");
  return others.length === 0 ? undefined : `Some ${what} are ${others.join(" or ")}, not measured.`;
}

function unknownPrices(gpu: readonly RollupRow[]): string | undefined {
  const priced = new Map<string, boolean>();
  for (const row of gpu) {
    const model = dimension(row, "gpuModel");
    if (row.sums.heldMs > 0) priced.set(model, (priced.get(model) ?? false) || row.sums.costNanoUsd > 0);
  }
  const free = [...priced.keys()].filter((model) => !priced.get(model)).sort(compareText);
  if (free.length === 0) return undefined;
  return `No price is known for ${free.join(", ")}: it counts as 0 in every cost.`;
}

/** Tokens in hours in which no GPU had a reading have no cost; that makes the others look dearer than they were. */
function tokensWithoutGpu(gpu: readonly RollupRow[], token: readonly RollupRow[]): string | undefined {
  const tokens = token.reduce((sum, row) => sum + tokensOf(row.sums), 0);
  if (tokens === 0) return undefined;
  if (gpu.length === 0) return "There are no GPU readings, so there is no cost and no energy to share out.";
  const held = new Set(gpu.map((row) => hourOf(row.bucketMs ?? 0)));
  const lost = token.reduce(
    (sum, row) => (held.has(hourOf(row.bucketMs ?? 0)) ? sum : sum + tokensOf(row.sums)),
    0,
  );
  return lost === 0 ? undefined : `${lost} tokens ran in hours without GPU readings and bear no cost.`;
}

function gpusWithoutTokens(gpu: readonly RollupRow[], token: readonly RollupRow[]): string | undefined {
  return gpu.length > 0 && token.length === 0
    ? "There are no token events, so all GPU cost is unallocated idle cost."
    : undefined;
}
