import type { RollupRow } from "../../store/port.ts";
import { getOrAdd } from "../get-or-add.ts";
import { splitLatencies, sumLatencies } from "../latency.ts";
import type { Grouping } from "../report-model.ts";
import { isActive, shareGpuHour } from "./attribution.ts";
import { type GpuHour, gpuHours } from "./gpu-hour.ts";
import { type Placement, placeTokens } from "./placement.ts";
import { dimension, hourOf, poolTokens } from "./pool.ts";
import { shareOut } from "./share.ts";
import { addGpuSums, addTokenSums, emptyTally, requestTimes, type Tally, tokenCounts } from "./tally.ts";

/** Groups by key. Whatever the grouping, their tallies sum to the totals. */
export type Groups = Map<string, Tally>;

export type SplitRows = {
  readonly gpu: readonly RollupRow[];
  readonly token: readonly RollupRow[];
  /** GPUs that have readings anywhere in the window, of which the rows may be a part. */
  readonly known: ReadonlySet<string>;
};

/**
 * How a grouping is made.
 * - `model`, `team`, `tenant`: tokens say which group they belong to; GPU time follows them, see `shareGpuHour`.
 * - `gpu`, `host`, `gpuModel`: GPU time says so; tokens follow it to where they ran, see `placeTokens`.
 * - `hour`, `source`: both say so themselves. A source of tokens alone has no cost, one of GPU readings no tokens.
 */
export function groupTallies(split: SplitRows, groupBy: Grouping): Groups {
  switch (groupBy) {
    case "model":
    case "team":
    case "tenant":
      return byTokens(split, (row) => dimension(row, groupBy));
    case "gpu":
    case "host":
    case "gpuModel":
      return byGpu(split, groupBy);
    case "hour":
      return bySelf(split, (row) => new Date(hourOf(row.bucketMs ?? 0)).toISOString());
    case "source":
      return bySelf(split, (row) => dimension(row, "source"));
  }
}

function byTokens({ gpu, token, known }: SplitRows, keyOf: (row: RollupRow) => string): Groups {
  const groups: Groups = new Map();
  const hours = gpuHours(gpu);
  const pools = poolTokens(token, keyOf);
  placeTokens(pools, hours, known);
  for (const { key, sums, qualities, phasesKnown } of pools) {
    const tally = getOrAdd(groups, key, emptyTally);
    addTokenSums(tally, sums, qualities);
    tally.phasesKnown &&= phasesKnown;
  }
  for (const hour of hours)
    for (const share of shareGpuHour(hour)) {
      const tally = getOrAdd(groups, share.key, emptyTally);
      tally.usedNanoUsd += share.usedNanoUsd;
      if (share.unallocated) tally.idleUnallocatedNanoUsd += share.idleNanoUsd;
      else tally.idleAllocatedNanoUsd += share.idleNanoUsd;
      tally.busyMs += share.busyMs;
      tally.heldMs += share.busyMs + share.idleMs;
      tally.energyMilliJ += share.energyMilliJ;
      for (const quality of hour.qualities) tally.gpuQualities.add(quality);
    }
  return groups;
}

function byGpu({ gpu, token, known }: SplitRows, name: "gpu" | "host" | "gpuModel"): Groups {
  const groups: Groups = new Map();
  const hours = gpuHours(gpu);
  const placements = placeTokens(
    poolTokens(token, () => ""),
    hours,
    known,
  );
  addGpuRows(groups, hours, (row) => dimension(row, name));
  for (const placement of placements) {
    if (placement.gpuHours.length > 0) spreadTokens(groups, placement, (hour) => hour[name]);
    else {
      const { pool } = placement;
      const tally = getOrAdd(groups, name === "host" ? pool.host : "", emptyTally);
      addTokenSums(tally, pool.sums, pool.qualities);
      tally.phasesKnown &&= pool.phasesKnown;
    }
  }
  return groups;
}

function spreadTokens(
  groups: Groups,
  { pool, gpuHours, parts }: Placement,
  keyOf: (hour: GpuHour) => string,
) {
  const tallies = gpuHours.map((hour) => getOrAdd(groups, keyOf(hour), emptyTally));
  const whole = Number(parts.reduce((one, other) => one + other, 0n));
  const latencies = pool.sums.latency && splitLatencies(pool.sums.latency, parts.map(Number));
  for (const name of tokenCounts) {
    const shares = shareOut(pool.sums[name], parts);
    for (const [at, tally] of tallies.entries()) tally[name] += shares[at]!;
  }
  for (const [at, tally] of tallies.entries()) {
    for (const name of requestTimes) tally[name] += (pool.sums[name] * Number(parts[at]!)) / whole;
    tally.latency = sumLatencies(tally.latency, latencies?.[at]);
    tally.phasesKnown &&= pool.phasesKnown;
    for (const quality of pool.qualities) tally.tokenQualities.add(quality);
  }
}

function bySelf({ gpu, token, known }: SplitRows, keyOf: (row: RollupRow) => string): Groups {
  const groups: Groups = new Map();
  const hours = gpuHours(gpu);
  placeTokens(
    poolTokens(token, () => ""),
    hours,
    known,
  );
  addGpuRows(groups, hours, keyOf);
  for (const row of token)
    addTokenSums(getOrAdd(groups, keyOf(row), emptyTally), row.sums, [dimension(row, "quality")]);
  return groups;
}

function addGpuRows(groups: Groups, hours: readonly GpuHour[], keyOf: (row: RollupRow) => string): void {
  for (const hour of hours) {
    const active = isActive(hour);
    for (const row of hour.rows)
      addGpuSums(getOrAdd(groups, keyOf(row), emptyTally), row.sums, active, [dimension(row, "quality")]);
  }
}
