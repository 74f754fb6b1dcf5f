import type { RollupRow } from "../../store/port.ts";
import { getOrAdd } from "../get-or-add.ts";
import type { Sums } from "../rollup.ts";
import { addSums, zeroSums } from "../rollup.ts";
import { dimension, hourOf, type TokenPool } from "./pool.ts";

/** A pool's part in the work of one GPU in one hour, in units that only compare within that GPU and hour. */
export type Claim = {
  readonly pool: TokenPool;
  /** Share of the pool that ran here, of `WHOLE`. */
  readonly part: bigint;
};
export const WHOLE = 1n << 40n;

/** One GPU on one host in one clock hour: what it cost, and whose tokens ran on it. */
export type GpuHour = {
  readonly hourMs: number;
  readonly gpu: string;
  readonly host: string;
  readonly gpuModel: string;
  readonly rows: RollupRow[];
  readonly sums: Sums;
  readonly qualities: Set<string>;
  /** LLMs it served, as far as its readings say. */
  readonly servedModels: Set<string>;
  readonly claims: Claim[];
};

/** Each GPU in each clock hour, from the rows that have GPU time. */
export function gpuHours(rows: readonly RollupRow[]): GpuHour[] {
  const hours = new Map<string, GpuHour>();
  for (const row of rows) {
    const hourMs = hourOf(row.bucketMs ?? 0);
    const [gpu, host, gpuModel] = [dimension(row, "gpu"), dimension(row, "host"), dimension(row, "gpuModel")];
    const hour = getOrAdd(hours, JSON.stringify([hourMs, gpu, host, gpuModel]), () => ({
      hourMs,
      gpu,
      host,
      gpuModel,
      rows: [],
      sums: zeroSums(),
      qualities: new Set<string>(),
      servedModels: new Set<string>(),
      claims: [],
    }));
    hour.rows.push(row);
    addSums(hour.sums, row.sums);
    hour.qualities.add(dimension(row, "quality"));
    const served = dimension(row, "model");
    if (served !== "") hour.servedModels.add(served);
  }
  return [...hours.values()];
}
