/** Figures every view shares: the report, the API and the dashboard show these and nothing computed elsewhere. */
export type Figures = {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Joules used by the GPUs, exact to a thousandth. */
  readonly energyJoules: number;
  /** Price × held time: the bill. Always `usedMicroUsd + idleMicroUsd`. */
  readonly allocationMicroUsd: number;
  /** All idle cost: allocated but idle, plus unallocated. */
  readonly idleMicroUsd: number;
  /** Price × ∫ utilisation dt. */
  readonly usedMicroUsd: number;
  /** Idle while something ran on the GPU in that hour. */
  readonly idleAllocatedMicroUsd: number;
  /** The GPU was held and nothing ran on it in that hour. */
  readonly idleUnallocatedMicroUsd: number;
  /** Part of `inputTokens` that came from a cache. */
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly errors: number;
  readonly gpuSeconds: number;
  readonly busySeconds: number;
  /** Busy share of held time, 0..1; null when no GPU was held. */
  readonly utilization: number | null;
  /** Allocation cost per million tokens; null when no GPU was held or no tokens of that direction came, never NaN. */
  readonly microUsdPerMillionTokens: number | null;
  /** Per million input tokens that were not read from a cache. */
  readonly microUsdPerMillionInputTokens: number | null;
  readonly microUsdPerMillionOutputTokens: number | null;
  /** How input and output were told apart: measured phase times, or a fixed weight of 2.5 per output token. */
  readonly splitMethod: "phase-time" | "multiplier" | null;
  /** Time spent in prefill, summed over the requests; null unless it and `decodeSeconds` tell input and output apart. */
  readonly prefillSeconds: number | null;
  readonly decodeSeconds: number | null;
  readonly joulesPerToken: number | null;
  readonly tokensPerJoule: number | null;
  /** Mean seconds per request; null when no latency is known. */
  readonly meanLatencySeconds: number | null;
  readonly meanTtftSeconds: number | null;
  /**
   * Percentiles over the requests whose time is known, from counts in fixed buckets and even within one; null when none
   * is known. Each is an estimate as good as its bucket is narrow: a fifth to a half of its value.
   */
  readonly p50TtftSeconds: number | null;
  readonly p95TtftSeconds: number | null;
  readonly p99TtftSeconds: number | null;
  /** Time per output token after the first. */
  readonly p50TpotSeconds: number | null;
  readonly p95TpotSeconds: number | null;
  readonly p99TpotSeconds: number | null;
  /** From end to end. */
  readonly p50LatencySeconds: number | null;
  readonly p95LatencySeconds: number | null;
  readonly p99LatencySeconds: number | null;
  /** Requests that were judged by the declared objective. */
  readonly sloRequests: number;
  /** Those of them that were judged from histograms, not one by one. */
  readonly sloEstimatedRequests: number;
  /** Requests that succeeded and kept every limit of the objective. */
  readonly goodRequests: number;
  /** Requests that broke a limit; one may break several. */
  readonly sloMissedTtft: number;
  readonly sloMissedTpot: number;
  readonly sloMissedE2e: number;
  /** Allocation cost of the judged share of the requests, per good one; null without a good one or without cost. */
  readonly microUsdPerGoodRequest: number | null;
  /** Qualities of the token and GPU events behind the figures, such as ["measured", "synthetic"]. */
  readonly tokenQuality: readonly string[];
  readonly gpuQuality: readonly string[];
};

export const groupings = ["model", "gpu", "host", "team", "tenant", "hour", "gpuModel", "source"] as const;
export type Grouping = (typeof groupings)[number];

/** One line of a report: `key` is empty for what belongs to no group, such as a GPU on which nothing ran. */
export type ReportGroup = { readonly key: string; readonly label: string } & Figures;

export type Report = {
  readonly totals: Figures;
  readonly groups: readonly ReportGroup[];
  readonly groupedBy: Grouping;
  /** ISO times; null when there are no events. */
  readonly from: string | null;
  readonly to: string | null;
  /** Sentences that must accompany the numbers, such as which of them are modelled. */
  readonly notes: readonly string[];
  readonly version: 1;
};
