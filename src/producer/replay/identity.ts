import type { ReplayOptions, TraceOptions } from "./options.ts";
import type { Scan } from "./scan.ts";

const digest = (value: unknown): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

/**
 * Identity of each file as a source of events: what is in it and the options that change what is read from it, not where
 * it lies nor how fast it is replayed. The same file given twice is two sources.
 */
export function sourceIds(scans: readonly Scan[], options: TraceOptions): string[] {
  const seen = new Map<string, number>();
  return scans.map((scan) => {
    const id = digest([scan.contentHash, scan.trace.format, options]);
    const copy = seen.get(id) ?? 0;
    seen.set(id, copy + 1);
    return `replay-${copy === 0 ? id : digest([id, copy])}`;
  });
}

/** Identity of the modelled GPUs of a run: the cards, and the traces that load them. */
export const modelSourceId = (
  ids: readonly string[],
  options: ReplayOptions,
  cards: readonly string[],
): string =>
  `model-${digest([ids, cards, options.seed ?? 0, options.sampleIntervalS, options.pricePerHourMicroUsd])}`;

/** What the run of a shifted replay is told apart by from the same files at another time. */
export const runId = (options: ReplayOptions): string =>
  options.time === "kept" ? "kept" : `at-${options.startMs}`;

export const bootId = (run: string, loop: number): string => `${run}-loop-${loop}`;

/** Identity of everything that decides which events a run has, in which order. */
export const replayId = (ids: readonly string[]): string => digest(ids);
