import { type GpuHour, WHOLE } from "./gpu-hour.ts";
import { compareText } from "./order.ts";
import { tokensOf, weightOf } from "./pool.ts";
import { shareOut } from "./share.ts";

/** What one group bears of one GPU in one hour. */
export type GpuShare = {
  readonly key: string;
  /** Nothing ran there: the share is idle cost that no group of tokens caused. */
  readonly unallocated: boolean;
  readonly usedNanoUsd: number;
  readonly idleNanoUsd: number;
  readonly busyMs: number;
  readonly idleMs: number;
  readonly energyMilliJ: number;
};

/**
 * Shares the cost, used cost, time and energy of one GPU in one clock hour among the groups whose tokens ran on it.
 *
 * Groups bear it in proportion to their weight: one per uncached input token, 2.5 per output token. Where nothing weighs
 * anything, because all input came from a cache and nothing was generated, tokens count alike. Where no tokens ran at
 * all, the hour is unallocated idle time of the group with the empty key.
 *
 * Used and idle are shared out apart, so no group uses more than it bears, and both sum to the GPU's hour exactly.
 */
export function shareGpuHour(hour: GpuHour): GpuShare[] {
  const shares = weights(hour);
  const unallocated = shares.size === 0;
  if (unallocated) shares.set("", WHOLE);
  const keys = [...shares.keys()].sort(compareText);
  const by = keys.map((key) => shares.get(key)!);
  const { sums } = hour;
  const used = shareOut(sums.usedNanoUsd, by);
  const idle = shareOut(sums.costNanoUsd - sums.usedNanoUsd, by);
  const busyMs = shareOut(sums.busyMs, by);
  const idleMs = shareOut(sums.heldMs - sums.busyMs, by);
  const energy = shareOut(sums.energyMilliJ, by);
  return keys.map((key, at) => ({
    key,
    unallocated,
    usedNanoUsd: used[at]!,
    idleNanoUsd: idle[at]!,
    busyMs: busyMs[at]!,
    idleMs: idleMs[at]!,
    energyMilliJ: energy[at]!,
  }));
}

/** Whether any tokens ran on the GPU in that hour. */
export const isActive = (hour: GpuHour): boolean =>
  hour.claims.some(({ pool, part }) => part > 0n && tokensOf(pool.sums) > 0);

function weights(hour: GpuHour): Map<string, bigint> {
  const byWork = sumByKey(hour, (tokens) => weightOf(tokens));
  return byWork.size > 0 ? byWork : sumByKey(hour, (tokens) => tokensOf(tokens));
}

function sumByKey(hour: GpuHour, measure: (sums: GpuHour["sums"]) => number): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { pool, part } of hour.claims) {
    const weight = BigInt(measure(pool.sums)) * part;
    if (weight > 0n) sums.set(pool.key, (sums.get(pool.key) ?? 0n) + weight);
  }
  return sums;
}
