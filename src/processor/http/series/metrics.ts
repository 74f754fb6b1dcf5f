import type { Sums } from "../../../telemetry/rollup.ts";

type SeriesMetric = {
  readonly unit: string;
  readonly doc: string;
  /** The value of one step from the sums of its rollups; null where there is nothing to divide by. */
  readonly of: (sums: Readonly<Sums>, stepS: number) => number | null;
};

const MIB = 1024 ** 2;
const share = (part: number, whole: number): number | null => (whole === 0 ? null : short(part / whole));
const tokens = (sums: Readonly<Sums>) => sums.inputTokens + sums.outputTokens;
const idleNanoUsd = (sums: Readonly<Sums>) => sums.costNanoUsd - sums.usedNanoUsd;

/** Nine digits: more than any reading has, and half the bytes of a full double. */
const short = (value: number): number => Number(value.toPrecision(9));
const microUsd = (nanoUsd: number): number => Math.round(nanoUsd / 1000);
const perHour = (nanoUsd: number, stepS: number): number => Math.round((nanoUsd / 1000) * (3600 / stepS));

/**
 * What a chart over time can show. Counts and money are of the step; means of GPU readings are weighted by the time
 * each GPU was held; a sum over all GPUs at a time is the amount per step divided by its length.
 */
export const seriesMetrics = {
  inputTokens: { unit: "tokens", doc: "Prompt tokens, cached ones included", of: (s) => s.inputTokens },
  outputTokens: { unit: "tokens", doc: "Generated tokens", of: (s) => s.outputTokens },
  cacheReadTokens: { unit: "tokens", doc: "Prompt tokens from a cache", of: (s) => s.cacheReadTokens },
  requests: { unit: "requests", doc: "Requests", of: (s) => s.requests },
  errors: { unit: "requests", doc: "Failed requests", of: (s) => s.errors },
  inputTokensPerSecond: {
    unit: "tokens/s",
    doc: "Prompt tokens per second",
    of: (s, stepS) => short(s.inputTokens / stepS),
  },
  outputTokensPerSecond: {
    unit: "tokens/s",
    doc: "Generated tokens per second",
    of: (s, stepS) => short(s.outputTokens / stepS),
  },
  usedMicroUsd: { unit: "microUSD", doc: "Price × busy time", of: (s) => microUsd(s.usedNanoUsd) },
  idleMicroUsd: { unit: "microUSD", doc: "Price × idle time", of: (s) => microUsd(idleNanoUsd(s)) },
  usedMicroUsdPerHour: {
    unit: "microUSD/h",
    doc: "Cost rate of busy GPU time",
    of: (s, stepS) => perHour(s.usedNanoUsd, stepS),
  },
  idleMicroUsdPerHour: {
    unit: "microUSD/h",
    doc: "Cost rate of idle GPU time",
    of: (s, stepS) => perHour(idleNanoUsd(s), stepS),
  },
  microUsdPerMillionTokens: {
    unit: "microUSD",
    doc: "Price × held time per million tokens; only where GPUs and tokens are in the same group",
    of: (s) => share(s.costNanoUsd * 1000, tokens(s)),
  },
  energyJoules: { unit: "J", doc: "Energy used", of: (s) => s.energyMilliJ / 1000 },
  powerWatts: {
    unit: "W",
    doc: "Power of all GPUs of the series together",
    of: (s, stepS) => (s.heldMs === 0 ? null : short(s.energyMilliJ / 1000 / stepS)),
  },
  meanPowerWatts: {
    unit: "W",
    doc: "Mean power of a GPU while held",
    of: (s) => share(s.energyMilliJ, s.heldMs),
  },
  joulesPerToken: {
    unit: "J",
    doc: "Energy per token; only where GPUs and tokens are in the same group",
    of: (s) => share(s.energyMilliJ / 1000, tokens(s)),
  },
  utilization: { unit: "ratio", doc: "Busy share of held time", of: (s) => share(s.busyMs, s.heldMs) },
  memoryUtilization: {
    unit: "ratio",
    doc: "Used share of the memory",
    of: (s) => share(s.memUsedMibMs, s.memTotalMibMs),
  },
  meanMemUsedBytes: {
    unit: "bytes",
    doc: "Mean memory in use on a GPU",
    of: (s) => (s.heldMs === 0 ? null : Math.round((s.memUsedMibMs / s.heldMs) * MIB)),
  },
  gpus: { unit: "GPUs", doc: "Mean number of GPUs held", of: (s, stepS) => short(s.heldMs / 1000 / stepS) },
  meanLatencySeconds: {
    unit: "s",
    doc: "Mean end-to-end time of the requests whose time is known",
    of: (s) => share(s.latencyMs / 1000, s.latencyCount),
  },
} as const satisfies Readonly<Record<string, SeriesMetric>>;

export type SeriesMetricName = keyof typeof seriesMetrics;
export const seriesMetricNames = Object.keys(seriesMetrics) as SeriesMetricName[];

/** What a caller gets that names no metrics: enough for the charts of an overview. */
export const defaultSeriesMetrics: readonly SeriesMetricName[] = [
  "inputTokens",
  "outputTokens",
  "requests",
  "usedMicroUsdPerHour",
  "idleMicroUsdPerHour",
  "energyJoules",
  "meanPowerWatts",
  "utilization",
  "meanMemUsedBytes",
];
