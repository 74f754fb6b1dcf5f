import { type LatencyCounts, sumLatencies } from "./latency.ts";
import type { EventKind } from "./topics.ts";

/**
 * Rollups come in three widths: ten seconds for live charts (kept for hours), a minute for days of history, an hour
 * for ever. Every event is counted once in each width.
 */
export const RESOLUTIONS_S = [10, 60, 3600] as const;
export type ResolutionS = (typeof RESOLUTIONS_S)[number];

/**
 * How long rollups are kept after their bucket ended, ms; a width without an entry is kept for ever. Six hours of live
 * charts and 45 days of history by the minute: a month can be compared with the one before.
 */
export const ROLLUP_RETENTION_MS: Readonly<Partial<Record<ResolutionS, number>>> = {
  10: 6 * 3_600_000,
  60: 45 * 86_400_000,
};

/**
 * The instant from which the age of rollups counts: now, or the newest event when all of them lie in the past, so that
 * a replayed trace keeps its charts for as long as nothing newer joins it.
 */
export function rollupAgeFromMs(nowMs: number, stored: readonly { readonly newestMs: number }[]): number {
  return stored.length === 0 ? nowMs : Math.min(nowMs, Math.max(...stored.map((one) => one.newestMs)));
}

/** What a rollup is kept by; the empty string stands for "does not apply" or "not known". */
export const DIMENSIONS = [
  "host",
  "gpu",
  "gpuModel",
  "model",
  "team",
  "tenant",
  "quality",
  "source",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type Dimensions = Readonly<Record<Dimension, string>>;

/** Integer sums a rollup holds. Money is in billionths of a dollar here so that rounding one event costs < 1e-9 $. */
export const SUMS = [
  "events",
  // gpu
  "heldMs",
  "busyMs",
  "costNanoUsd",
  "usedNanoUsd",
  "energyMilliJ",
  "memUsedMibMs",
  "memTotalMibMs",
  // token
  "requests",
  "errors",
  "inputTokens",
  "cacheReadTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "latencyMs",
  "latencyCount",
  "ttftMs",
  "ttftCount",
  "queueMs",
  "prefillMs",
  "decodeMs",
  // requests judged by the declared objective; `sloEstimated` of them from histograms
  "sloRequests",
  "sloEstimated",
  "goodRequests",
  "sloMissedTtft",
  "sloMissedTpot",
  "sloMissedE2e",
] as const;
export type SumName = (typeof SUMS)[number];
/**
 * All sums of one rollup; every name is present, zero when nothing was added. Counts by time are in a list of their own,
 * absent when there are none: naming every bucket would triple what a rollup of a GPU, which has none, costs to keep.
 */
export type Sums = Record<SumName, number> & { latency?: LatencyCounts };

const NOTHING = Object.freeze(Object.fromEntries(SUMS.map((name) => [name, 0])) as Record<SumName, number>);

/** Sums of nothing. */
export const zeroSums = (): Sums => ({ ...NOTHING });

/** Adds `more` to `into`, field by field. */
export function addSums(into: Sums, more: Readonly<Sums>): void {
  for (const name of SUMS) into[name] += more[name];
  if (more.latency) into.latency = sumLatencies(into.latency, more.latency)!;
}

/**
 * Identity of one rollup. `origin` is the stream position space (log identity, topic and partition): its owner is the
 * single writer, and the highest offset a rollup includes is only comparable within it.
 */
export type RollupKey = {
  readonly kind: EventKind;
  readonly resolutionS: ResolutionS;
  readonly bucketMs: number;
  readonly origin: string;
  readonly dimensions: Dimensions;
};
