import { observations } from "../../telemetry/histogram.ts";

/**
 * Times that were observed before the requests they belong to ended: a first token comes long before the last. They wait
 * for as many requests to end, so that an event speaks of the same requests in all its times.
 */
export type Pending = { readonly counts: readonly number[]; readonly sumS: number };

export const nothingPending: Pending = { counts: [], sumS: 0 };

export const addPending = (pending: Pending, counts: readonly number[], sumS: number): Pending => ({
  counts: Array.from(
    { length: Math.max(pending.counts.length, counts.length) },
    (_, at) => (pending.counts[at] ?? 0) + (counts[at] ?? 0),
  ),
  sumS: pending.sumS + sumS,
});

/** As many observations as requests ended, in the proportions of those that wait, and what is left of them. */
export function takePending(
  pending: Pending,
  requests: number,
): { readonly taken: Pending; readonly rest: Pending } {
  const all = observations(pending);
  const taking = Math.min(all, requests);
  if (taking === 0) return { taken: nothingPending, rest: pending };
  const counts = inProportion(pending.counts, taking);
  const sumS = (pending.sumS * taking) / all;
  return {
    taken: { counts, sumS },
    rest: { counts: pending.counts.map((count, at) => count - counts[at]!), sumS: pending.sumS - sumS },
  };
}

/** So many observations with the proportions of others, in whole numbers; never more of a bucket than it had if fewer. */
export function inProportion(counts: readonly number[], total: number): number[] {
  const all = observations({ counts });
  if (all === 0) return counts.map(() => 0);
  let running = 0;
  let before = 0;
  return counts.map((count) => {
    running += count;
    const end = Math.round((running * total) / all);
    const own = end - before;
    before = end;
    return own;
  });
}
