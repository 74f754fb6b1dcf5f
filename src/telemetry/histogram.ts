/**
 * A histogram by value: `counts[i]` observations lie above `bounds[i - 1]` (0 for the first) and not above `bounds[i]`;
 * one more count at the end is for those above the last bound. Missing counts at the end are zero.
 */
export type Histogram = { readonly bounds: readonly number[]; readonly counts: readonly number[] };

/** How many values a histogram counts. */
export const observations = ({ counts }: Pick<Histogram, "counts">): number =>
  counts.reduce((sum, count) => sum + count, 0);

/**
 * The value below which a share of the observations lies, taking those of a bucket as spread evenly; the last bound when
 * it lies above it, null without observations. The rule of Prometheus' `histogram_quantile`.
 */
export function quantile({ bounds, counts }: Histogram, share: number): number | null {
  const rank = share * observations({ counts });
  if (!(rank > 0)) return null;
  let below = 0;
  for (let at = 0; at < bounds.length; at++) {
    const count = counts[at] ?? 0;
    if (count > 0 && below + count >= rank) {
      const from = bounds[at - 1] ?? 0;
      return from + (bounds[at]! - from) * Math.min(1, (rank - below) / count);
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}

/** Share of the observations at or below a value, taking those of a bucket as spread evenly; null without any. */
export function shareWithin({ bounds, counts }: Histogram, value: number): number | null {
  const all = observations({ counts });
  if (all === 0) return null;
  let within = 0;
  for (let at = 0; at < bounds.length; at++) {
    const from = bounds[at - 1] ?? 0;
    const part = Math.min(1, Math.max(0, (value - from) / (bounds[at]! - from)));
    within += (counts[at] ?? 0) * part;
  }
  return Math.min(1, within / all);
}

/**
 * The same observations in other buckets, their number kept exactly: those of a bucket that straddles a new bound are
 * taken as spread evenly, and the running sum is rounded. What lies above the last old bound is above every new one that
 * is not below it. Exact wherever the old bounds are among the new ones.
 */
export function rebucket({ bounds, counts }: Histogram, into: readonly number[]): number[] {
  const highest = bounds.at(-1) ?? 0;
  const overflow = counts[bounds.length] ?? 0;
  const finite = observations({ counts }) - overflow;
  const inner: Histogram = { bounds, counts: counts.slice(0, bounds.length) };
  let before = 0;
  const parts = into.map((bound) => {
    const end = bound >= highest ? finite : Math.round((shareWithin(inner, bound) ?? 0) * finite);
    const part = end - before;
    before = end;
    return part;
  });
  return [...parts, finite - before + overflow];
}
