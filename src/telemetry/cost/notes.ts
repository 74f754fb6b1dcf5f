import type { Figures } from "../report-model.ts";
import type { Facts } from "./facts.ts";
import { compareText } from "./order.ts";

/** Sentences that must accompany the figures: which of them are not measured, and what is missing from them. */
export function notesOn(totals: Figures, facts: Facts): readonly string[] {
  return [
    modelled(totals.gpuQuality),
    madeUpTokens(totals.tokenQuality),
    unknownPrices(facts),
    tokensWithoutGpu(facts),
    gpusWithoutTokens(facts),
    estimatedVerdicts(totals),
    totals.splitMethod === "multiplier"
      ? "Input and output cost are split by a fixed weight (an output token counts as 2.5 input tokens), because prefill and decode were not timed."
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

function unknownPrices({ priced }: Facts): string | undefined {
  const free = [...priced.keys()].filter((model) => !priced.get(model)).sort(compareText);
  if (free.length === 0) return undefined;
  return `No price is known for ${free.join(", ")}: it counts as 0 in every cost.`;
}

/** Tokens in hours in which no GPU had a reading have no cost; that makes the others look dearer than they were. */
function tokensWithoutGpu({ hasGpu, tokens, tokensWithoutGpu: lost }: Facts): string | undefined {
  if (tokens === 0) return undefined;
  if (!hasGpu) return "There are no GPU readings, so there is no cost and no energy.";
  return lost === 0 ? undefined : `${lost} tokens ran in hours without GPU readings and bear no cost.`;
}

const gpusWithoutTokens = ({ hasGpu, hasTokenEvents }: Facts): string | undefined =>
  hasGpu && !hasTokenEvents
    ? "There are no token events, so all GPU cost is unallocated idle cost."
    : undefined;

function estimatedVerdicts({ sloRequests, sloEstimatedRequests }: Figures): string | undefined {
  if (sloEstimatedRequests === 0) return undefined;
  const which =
    sloEstimatedRequests === sloRequests
      ? "Good requests are"
      : `${sloEstimatedRequests} of ${sloRequests} requests are`;
  return `${which} judged from histograms of their server: an estimate; the number of good requests is an upper bound.`;
}
