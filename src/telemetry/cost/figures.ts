import type { Figures } from "../report-model.ts";
import { compareText } from "./order.ts";
import { goodput, latencyPercentiles } from "./service-level.ts";
import { roundToThousands } from "./share.ts";
import type { Tally } from "./tally.ts";

/** An output token weighs as much as this many input tokens where phases were not timed. */
export const OUTPUT_WEIGHT = 2.5;

/** Money of one group in whole micro-dollars. */
export type Money = {
  readonly used: number;
  readonly idleAllocated: number;
  readonly idleUnallocated: number;
};

/** Rounds the money of all groups together, so that they sum to the rounded total whatever the grouping. */
export function roundMoney(tallies: readonly Tally[]): Money[] {
  const used = roundToThousands(tallies.map((tally) => tally.usedNanoUsd));
  const allocated = roundToThousands(tallies.map((tally) => tally.idleAllocatedNanoUsd));
  const unallocated = roundToThousands(tallies.map((tally) => tally.idleUnallocatedNanoUsd));
  return tallies.map((_, at) => ({
    used: used[at]!,
    idleAllocated: allocated[at]!,
    idleUnallocated: unallocated[at]!,
  }));
}

/** The figures of a group, in the order in which every view shows them. */
export function figuresOf(tally: Tally, money: Money): Figures {
  const tokens = tally.inputTokens + tally.outputTokens;
  const joules = tally.energyMilliJ / 1000;
  const idle = money.idleAllocated + money.idleUnallocated;
  return {
    requests: tally.requests,
    inputTokens: tally.inputTokens,
    outputTokens: tally.outputTokens,
    energyJoules: joules,
    allocationMicroUsd: money.used + idle,
    idleMicroUsd: idle,
    usedMicroUsd: money.used,
    idleAllocatedMicroUsd: money.idleAllocated,
    idleUnallocatedMicroUsd: money.idleUnallocated,
    cacheReadTokens: tally.cacheReadTokens,
    cacheWriteTokens: tally.cacheWriteTokens,
    reasoningTokens: tally.reasoningTokens,
    errors: tally.errors,
    gpuSeconds: tally.heldMs / 1000,
    busySeconds: tally.busyMs / 1000,
    utilization: ratio(tally.busyMs, tally.heldMs),
    ...tokenPrices(tally),
    joulesPerToken: tally.heldMs > 0 ? ratio(joules, tokens) : null,
    tokensPerJoule: ratio(tokens, joules),
    meanLatencySeconds: ratio(tally.latencyMs / 1000, tally.latencyCount),
    meanTtftSeconds: ratio(tally.ttftMs / 1000, tally.ttftCount),
    ...latencyPercentiles(tally.latency),
    ...goodput(tally, money.used + idle),
    tokenQuality: [...tally.tokenQualities].sort(compareText),
    gpuQuality: [...tally.gpuQualities].sort(compareText),
  };
}

type TokenPrices = Pick<
  Figures,
  | "microUsdPerMillionTokens"
  | "microUsdPerMillionInputTokens"
  | "microUsdPerMillionOutputTokens"
  | "splitMethod"
  | "prefillSeconds"
  | "decodeSeconds"
>;

/**
 * Allocation cost per million tokens ("Prices per million tokens" in `docs/cost.md`). Input and output are told apart by the time spent in
 * prefill and decode when all of it was measured, else by weight. The input price is per token that was really
 * computed: cached tokens take no part in it. Without any GPU time there is no cost to speak of, so no price.
 */
function tokenPrices(tally: Tally): TokenPrices {
  const uncached = Math.max(0, tally.inputTokens - tally.cacheReadTokens);
  const timed = tally.phasesKnown && tally.prefillMs + tally.decodeMs > 0;
  const inputPart = timed ? tally.prefillMs : uncached;
  const outputPart = timed ? tally.decodeMs : OUTPUT_WEIGHT * tally.outputTokens;
  const costs = tally.usedNanoUsd + tally.idleAllocatedNanoUsd + tally.idleUnallocatedNanoUsd;
  const cost = tally.heldMs > 0 ? costs : Number.NaN;
  const tokens = tally.inputTokens + tally.outputTokens;
  const parts = inputPart + outputPart;
  return {
    microUsdPerMillionTokens: microUsdPerMillion(cost, tokens),
    microUsdPerMillionInputTokens: microUsdPerMillion((cost * inputPart) / parts, uncached),
    microUsdPerMillionOutputTokens: microUsdPerMillion((cost * outputPart) / parts, tally.outputTokens),
    splitMethod: tokens === 0 ? null : timed ? "phase-time" : "multiplier",
    prefillSeconds: tokens > 0 && timed ? tally.prefillMs / 1000 : null,
    decodeSeconds: tokens > 0 && timed ? tally.decodeMs / 1000 : null,
  };
}

function microUsdPerMillion(nanoUsd: number, tokens: number): number | null {
  const price = tokens > 0 ? (nanoUsd * 1000) / tokens : Number.NaN;
  return Number.isFinite(price) ? Math.round(price) : null;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
