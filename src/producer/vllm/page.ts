import type { Sample } from "../scrape/exposition.ts";
import type { Reading } from "./counter-book.ts";
import {
  type CounterField,
  type Engine,
  type GaugeField,
  type HistogramField,
  type Known,
  knownMetric,
} from "./names.ts";

/** What is counted together: one model, and where a page brings several pods, one pod. */
export type GroupKey = {
  readonly engine: Engine;
  readonly model: string;
  readonly pod?: string;
  readonly namespace?: string;
};

/** Whose a counter is and what it counts. */
export type Meaning = { readonly group: string } & (
  | { readonly kind: "counter"; readonly field: CounterField; readonly failed: boolean }
  | { readonly kind: "bucket"; readonly field: HistogramField; readonly le: number; readonly engine: string }
  | { readonly kind: "sum" | "count"; readonly field: HistogramField }
);

export type ServerPage = {
  readonly groups: ReadonlyMap<string, GroupKey>;
  readonly counters: readonly Reading[];
  /** By the key of the reading. */
  readonly meanings: ReadonlyMap<string, Meaning>;
  readonly gauges: ReadonlyMap<string, { readonly [field in GaugeField]?: number }>;
  /** When the process began, seconds since the epoch. */
  readonly startS: number | undefined;
  /** Names that were read, without their suffix, those of older releases among them. */
  readonly names: ReadonlySet<string>;
};

/** Ranks of one engine show the same thing, so the greatest of them counts and they are not added up. */
const RANKS: ReadonlySet<string> = new Set(["tp_rank", "pp_rank", "moe_ep_rank", "pid"]);
/** Reasons for which a finished request is a failed one. */
const FAILED: ReadonlySet<string> = new Set(["abort", "error"]);

/** Sorts the samples of a page by model and meaning. Of several names for one thing, the present one counts. */
export function serverPage(samples: readonly Sample[]): ServerPage {
  const groups = new Map<string, GroupKey>();
  const known = samples.flatMap((sample) => {
    const metric = knownMetric(sample.name);
    return metric === undefined ? [] : [{ ...sample, metric }];
  });
  const best = new Map<string, number>();
  for (const { metric, labels } of known) {
    const thing = JSON.stringify([groupOf(metric, labels, groups), topic(metric)]);
    best.set(thing, Math.min(best.get(thing) ?? Number.POSITIVE_INFINITY, metric.rank));
  }
  const counters = new Map<string, number>();
  const meanings = new Map<string, Meaning>();
  const gauges = new Map<string, Map<string, { field: GaugeField; value: number }>>();
  const names = new Set<string>();
  let startS: number | undefined;
  for (const { metric, labels, value } of known) {
    if (metric.kind === "start") {
      startS = startS === undefined ? value : Number.NaN;
      continue;
    }
    const group = groupOf(metric, labels, groups);
    if (metric.rank > best.get(JSON.stringify([group, topic(metric)]))!) continue;
    names.add(metric.name.replace(/_(bucket|sum|count)$/, ""));
    const key = `${metric.name}${JSON.stringify(seriesOf(labels))}`;
    if (metric.kind === "gauge") {
      const own = gauges.get(group) ?? new Map();
      gauges.set(group, own);
      if (value >= (own.get(key)?.value ?? Number.NEGATIVE_INFINITY))
        own.set(key, { field: metric.field, value });
      continue;
    }
    counters.set(key, Math.max(value, counters.get(key) ?? 0));
    meanings.set(key, meaningOf(metric, labels, group));
  }
  return {
    ...{ groups, meanings, names },
    counters: [...counters].map(([key, value]) => ({ key, value })),
    gauges: new Map([...gauges].map(([group, own]) => [group, gaugesOf(own.values())])),
    startS: Number.isFinite(startS) ? startS : undefined,
  };
}

/** What several names may stand for. Per request and per token are two things. */
const topic = (metric: Known): string =>
  metric.kind === "start" ? "start" : `${metric.kind} ${metric.field}`;

function groupOf({ engine, kind }: Known, labels: Sample["labels"], groups: Map<string, GroupKey>): string {
  if (kind === "start") return "";
  const model = labels["model_name"] || labels["model"] || "unknown model";
  const pod = labels["exported_pod"] || labels["pod"];
  const namespace = labels["exported_namespace"] || labels["namespace"];
  const key = JSON.stringify([engine, model, pod, namespace]);
  if (!groups.has(key))
    groups.set(key, { engine, model, ...(pod ? { pod } : {}), ...(pod && namespace ? { namespace } : {}) });
  return key;
}

const seriesOf = (labels: Sample["labels"]) =>
  Object.entries(labels)
    .filter(([name]) => !RANKS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));

function meaningOf(
  metric: Exclude<Known, { kind: "start" | "gauge" }>,
  labels: Sample["labels"],
  group: string,
): Meaning {
  if (metric.kind === "counter") {
    const failed = metric.field === "requests" && FAILED.has(labels["finished_reason"] ?? "");
    return { group, kind: "counter", field: metric.field, failed };
  }
  const { kind, field } = metric;
  if (kind !== "bucket") return { group, kind, field };
  const le = labels["le"] === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels["le"]);
  const engine = JSON.stringify(seriesOf(labels).filter(([name]) => name !== "le"));
  return { group, kind, field, le, engine };
}

/** Requests of several engines add up; of their caches the fullest one counts. */
function gaugesOf(series: Iterable<{ readonly field: GaugeField; readonly value: number }>) {
  const gauges: { [field in GaugeField]?: number } = {};
  for (const { field, value } of series) {
    if (!Number.isFinite(value) || value < 0) continue;
    const before = gauges[field];
    gauges[field] =
      before === undefined ? value : field === "kvCache" ? Math.max(before, value) : before + value;
  }
  return gauges;
}
