import type { RollupRow } from "../../store/port.ts";
import { getOrAdd } from "../get-or-add.ts";
import type { Dimensions, Sums } from "../rollup.ts";
import { addSums, zeroSums } from "../rollup.ts";

export const HOUR_MS = 3_600_000;
export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

/** Tokens of one hour that may have run on the same GPUs and belong to the same group. */
export type TokenPool = {
  readonly hourMs: number;
  readonly host: string;
  /** The GPU they ran on when they name exactly one. */
  readonly gpu: string;
  /** The LLM they are of, to find the GPUs that serve it. */
  readonly model: string;
  readonly key: string;
  readonly sums: Sums;
  readonly qualities: Set<string>;
  /** All rows with tokens in it have measured prefill and decode time. */
  phasesKnown: boolean;
};

export const dimension = (row: RollupRow, name: keyof Dimensions): string => row.dimensions[name] ?? "";

/** Token rows merged by what their cost depends on, so that sharing it out does not grow with their number. */
export function poolTokens(rows: readonly RollupRow[], keyOf: (row: RollupRow) => string): TokenPool[] {
  const pools = new Map<string, TokenPool>();
  for (const row of rows) {
    const hourMs = hourOf(row.bucketMs ?? 0);
    const [host, gpu, model] = [dimension(row, "host"), dimension(row, "gpu"), dimension(row, "model")];
    const key = keyOf(row);
    const pool = getOrAdd(pools, JSON.stringify([hourMs, host, gpu, model, key]), () => ({
      ...{ hourMs, host, gpu, model, key },
      sums: zeroSums(),
      qualities: new Set<string>(),
      phasesKnown: true,
    }));
    addSums(pool.sums, row.sums);
    pool.qualities.add(dimension(row, "quality"));
    pool.phasesKnown &&= knowsPhases(row.sums);
  }
  return [...pools.values()];
}

/** Rows without tokens say nothing about phases, so they do not spoil those that do. */
export const knowsPhases = (sums: Readonly<Sums>): boolean =>
  tokensOf(sums) === 0 || sums.prefillMs + sums.decodeMs > 0;

export const tokensOf = (sums: Readonly<Sums>): number => sums.inputTokens + sums.outputTokens;

/** Input that was really computed. Clamped: a counter of cached tokens may run ahead of that of prompt tokens. */
const uncachedInput = (sums: Readonly<Sums>): number => Math.max(0, sums.inputTokens - sums.cacheReadTokens);

/**
 * What tokens weigh when GPU time is shared out: 1 per uncached input token and 2.5 per output token, doubled so that it
 * is whole. The ratio is OpenCost's fallback where prefill and decode were not timed; see `docs/cost.md`.
 */
export const weightOf = (sums: Readonly<Sums>): number => 2 * uncachedInput(sums) + 5 * sums.outputTokens;
