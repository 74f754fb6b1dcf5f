import { type LatencyCounts, sumLatencies } from "../latency.ts";
import type { Sums } from "../rollup.ts";
import { knowsPhases } from "./pool.ts";

/** Everything a group's figures are computed from, in exact units; the times of requests may be fractions. */
export type Tally = {
  usedNanoUsd: number;
  idleAllocatedNanoUsd: number;
  idleUnallocatedNanoUsd: number;
  heldMs: number;
  busyMs: number;
  energyMilliJ: number;
  requests: number;
  errors: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  sloRequests: number;
  sloEstimated: number;
  goodRequests: number;
  sloMissedTtft: number;
  sloMissedTpot: number;
  sloMissedE2e: number;
  /** Requests by how long they took; undefined when no times are known. */
  latency: LatencyCounts | undefined;
  latencyMs: number;
  latencyCount: number;
  ttftMs: number;
  ttftCount: number;
  prefillMs: number;
  decodeMs: number;
  /** All tokens in it have measured prefill and decode time. */
  phasesKnown: boolean;
  readonly tokenQualities: Set<string>;
  readonly gpuQualities: Set<string>;
};

export const emptyTally = (): Tally => ({
  usedNanoUsd: 0,
  idleAllocatedNanoUsd: 0,
  idleUnallocatedNanoUsd: 0,
  heldMs: 0,
  busyMs: 0,
  energyMilliJ: 0,
  requests: 0,
  errors: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  sloRequests: 0,
  sloEstimated: 0,
  goodRequests: 0,
  sloMissedTtft: 0,
  sloMissedTpot: 0,
  sloMissedE2e: 0,
  latency: undefined,
  latencyMs: 0,
  latencyCount: 0,
  ttftMs: 0,
  ttftCount: 0,
  prefillMs: 0,
  decodeMs: 0,
  phasesKnown: true,
  tokenQualities: new Set(),
  gpuQualities: new Set(),
});

/** Counts that are shared out in whole numbers, so that groups sum to the total. */
export const tokenCounts = [
  "requests",
  "errors",
  "inputTokens",
  "cacheReadTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "sloRequests",
  "sloEstimated",
  "goodRequests",
  "sloMissedTtft",
  "sloMissedTpot",
  "sloMissedE2e",
] as const;

/** Times that only ever appear in means, so fractions of them are right and whole parts would not be. */
export const requestTimes = [
  "latencyMs",
  "latencyCount",
  "ttftMs",
  "ttftCount",
  "prefillMs",
  "decodeMs",
] as const;

/** Adds the tokens and requests of one row, with the qualities its events had. */
export function addTokenSums(into: Tally, sums: Readonly<Sums>, qualities: Iterable<string>): void {
  for (const name of tokenCounts) into[name] += sums[name];
  for (const name of requestTimes) into[name] += sums[name];
  into.latency = sumLatencies(into.latency, sums.latency);
  into.phasesKnown &&= knowsPhases(sums);
  for (const quality of qualities) into.tokenQualities.add(quality);
}

/** A GPU's whole sums; what it did not use is allocated idle when tokens ran on it in that hour. */
export function addGpuSums(
  into: Tally,
  sums: Readonly<Sums>,
  active: boolean,
  qualities: Iterable<string>,
): void {
  const idle = sums.costNanoUsd - sums.usedNanoUsd;
  into.usedNanoUsd += sums.usedNanoUsd;
  if (active) into.idleAllocatedNanoUsd += idle;
  else into.idleUnallocatedNanoUsd += idle;
  into.heldMs += sums.heldMs;
  into.busyMs += sums.busyMs;
  into.energyMilliJ += sums.energyMilliJ;
  for (const quality of qualities) into.gpuQualities.add(quality);
}
