import { type Histogram, observations } from "../../telemetry/histogram.ts";
import type { CounterField, HistogramField } from "./names.ts";
import type { ServerPage } from "./page.ts";

/** What the servers of one group did between two readings. */
export type Work = {
  readonly counts: { readonly [field in CounterField]?: number };
  /** Requests that ended in failure, of those finished. */
  readonly failed: number;
  readonly sums: { readonly [field in HistogramField]?: number };
  readonly observed: { readonly [field in HistogramField]?: number };
  /** By time, one histogram per engine, because engines may have other bounds. */
  readonly histograms: { readonly [field in HistogramField]?: readonly Histogram[] };
};

type Draft = {
  counts: { [field in CounterField]?: number };
  failed: number;
  sums: { [field in HistogramField]?: number };
  observed: { [field in HistogramField]?: number };
  readonly buckets: Map<HistogramField, Map<string, [le: number, cumulative: number][]>>;
};

/** Puts what the counters counted together by group: engines of a model add up. */
export function workOf(page: ServerPage, deltas: ReadonlyMap<string, number>): ReadonlyMap<string, Work> {
  const drafts = new Map<string, Draft>();
  for (const [key, meaning] of page.meanings) {
    const draft: Draft = drafts.get(meaning.group) ?? {
      counts: {},
      failed: 0,
      sums: {},
      observed: {},
      buckets: new Map(),
    };
    drafts.set(meaning.group, draft);
    const delta = deltas.get(key) ?? 0;
    if (meaning.kind === "counter") {
      draft.counts[meaning.field] = (draft.counts[meaning.field] ?? 0) + delta;
      if (meaning.failed) draft.failed += delta;
    } else if (meaning.kind === "sum") draft.sums[meaning.field] = (draft.sums[meaning.field] ?? 0) + delta;
    else if (meaning.kind === "count")
      draft.observed[meaning.field] = (draft.observed[meaning.field] ?? 0) + delta;
    else if (meaning.kind === "bucket")
      bucketsFor(draft, meaning.field, meaning.engine).push([meaning.le, delta]);
  }
  return new Map(
    [...drafts].map(([group, { buckets, ...rest }]) => [
      group,
      { ...rest, histograms: histogramsOf(buckets) },
    ]),
  );
}

function bucketsFor({ buckets }: Draft, field: HistogramField, engine: string) {
  const engines = buckets.get(field) ?? new Map<string, [number, number][]>();
  buckets.set(field, engines);
  const list = engines.get(engine) ?? [];
  engines.set(engine, list);
  return list;
}

function histogramsOf(buckets: Draft["buckets"]): Work["histograms"] {
  const all: { [field in HistogramField]?: readonly Histogram[] } = {};
  for (const [field, engines] of buckets)
    all[field] = [...engines.values()].map(perBucket).filter((one) => observations(one) > 0);
  return all;
}

/**
 * Cumulative counts as counts of each bucket. A page that is written while requests end may show a bucket ahead of the
 * next one; that difference counts with the next reading.
 */
function perBucket(cumulative: readonly (readonly [le: number, count: number])[]): Histogram {
  const sorted = [...cumulative].filter(([le]) => !Number.isNaN(le)).sort(([a], [b]) => a - b);
  let below = 0;
  const counts = sorted.map(([, count]) => {
    const own = Math.max(0, Math.round(count) - below);
    below = Math.max(below, Math.round(count));
    return own;
  });
  const bounds = sorted.map(([le]) => le).filter(Number.isFinite);
  return { bounds, counts };
}
