import { getOrAdd } from "../get-or-add.ts";
import { type GpuHour, WHOLE } from "./gpu-hour.ts";
import type { TokenPool } from "./pool.ts";

/** Where the tokens of a pool ran. The parts sum to about `WHOLE`; there are none when no GPU was held in that hour. */
export type Placement = {
  readonly pool: TokenPool;
  readonly gpuHours: readonly GpuHour[];
  readonly parts: readonly bigint[];
};

/**
 * Puts every pool on the GPUs of its hour: on the one it names, else on those of its host, else on all; among these on
 * the ones that are said to serve its model, else on those of which nothing is said. A GPU that is named but has no
 * readings in any hour is unknown, and counts as not named; one that has them in other hours alone was not held, so the
 * tokens have no cost. A pool on several GPUs is spread in proportion to what they cost, or to how long they were held
 * where the price of one of them is not known.
 *
 * @param known GPUs that have readings anywhere in the window; those of `all` when that is the whole window
 */
export function placeTokens(
  pools: readonly TokenPool[],
  all: readonly GpuHour[],
  known: ReadonlySet<string> = new Set(all.map((hour) => hour.gpu)),
): Placement[] {
  const byHour = new Map<number, GpuHour[]>();
  for (const hour of all) getOrAdd(byHour, hour.hourMs, (): GpuHour[] => []).push(hour);
  return pools.map((pool) => {
    const inHour = byHour.get(pool.hourMs) ?? [];
    const gpuHours = candidates(pool, inHour, known);
    const parts = spread(gpuHours);
    for (const [at, hour] of gpuHours.entries()) hour.claims.push({ pool, part: parts[at]! });
    return { pool, gpuHours, parts };
  });
}

function candidates(pool: TokenPool, inHour: readonly GpuHour[], known: ReadonlySet<string>) {
  if (pool.gpu !== "" && known.has(pool.gpu)) return inHour.filter((hour) => hour.gpu === pool.gpu);
  const onHost = inHour.filter((hour) => hour.host === pool.host);
  return likely(pool, onHost.length > 0 ? onHost : inHour);
}

function likely({ model }: TokenPool, hours: readonly GpuHour[]): readonly GpuHour[] {
  const serving = hours.filter((hour) => hour.servedModels.has(model));
  if (serving.length > 0) return serving;
  const unsaid = hours.filter((hour) => hour.servedModels.size === 0);
  return unsaid.length > 0 ? unsaid : hours;
}

function spread(gpuHours: readonly GpuHour[]): bigint[] {
  const measures = measuresOf(gpuHours).map(BigInt);
  const sum = measures.reduce((one, other) => one + other, 0n);
  return measures.map((measure) => (WHOLE * measure) / sum);
}

function measuresOf(gpuHours: readonly GpuHour[]): number[] {
  const costs = gpuHours.map((hour) => hour.sums.costNanoUsd);
  if (costs.every((cost) => cost > 0)) return costs;
  const held = gpuHours.map((hour) => hour.sums.heldMs);
  return held.some((ms) => ms > 0) ? held : held.map(() => 1);
}
