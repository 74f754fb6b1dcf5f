import type { Registry } from "prom-client";
import type { MetricCatalogue } from "./metric-facts.ts";

type Named<C extends MetricCatalogue, K extends string> = {
  [N in keyof C]: C[N] extends { kind: K; registeredBy?: undefined } ? N : never;
}[keyof C];
export type LabelsOf<C extends MetricCatalogue, N extends keyof C> = Readonly<
  Record<C[N]["labels"][number], string>
>;

/**
 * Moves the metrics of a catalogue. Names and labels are types: a metric that is not in the catalogue, or a label
 * that it does not have, does not compile. Label values must come from small sets.
 */
export interface Meters<C extends MetricCatalogue> {
  /** Prints the metrics; collectors run first. Libraries may register their own metrics in it. */
  readonly registry: Registry;
  add<N extends Named<C, "counter">>(name: N, labels: LabelsOf<C, N>, amount?: number): void;
  /** Sets a counter to a total that is kept elsewhere, such as in the store. */
  total<N extends Named<C, "counter">>(name: N, labels: LabelsOf<C, N>, value: number): void;
  set<N extends Named<C, "gauge">>(name: N, labels: LabelsOf<C, N>, value: number): void;
  observe<N extends Named<C, "histogram">>(name: N, labels: LabelsOf<C, N>, value: number): void;
  /** Observes the first `count` of `values`; one look-up of the series for all of them. */
  observeMany<N extends Named<C, "histogram">>(
    name: N,
    labels: LabelsOf<C, N>,
    values: ArrayLike<number>,
    count?: number,
  ): void;
  /** Takes every series away whose labels match; no labels at all takes all of them. */
  remove<N extends keyof C & string>(name: N, labels: Partial<LabelsOf<C, N>>): void;
  /** Runs before each scrape; when it fails, the scrape goes on with what is there. Returns how to end it. */
  onScrape(collect: () => void | Promise<void>): () => void;
}

/** Meters over a registry of prom-client, which is loaded here and not before. */
export async function createMeters<const C extends MetricCatalogue>(catalogue: C): Promise<Meters<C>> {
  const [{ collectingRegistry }, { Series }] = await Promise.all([
    import("./meters/registry.ts"),
    import("./meters/series.ts"),
  ]);
  const collectors = new Set<() => void | Promise<void>>();
  const registry = collectingRegistry(collectors);
  const metrics = new Map<string, InstanceType<typeof Series>>();
  for (const [name, facts] of Object.entries(catalogue)) {
    if (facts.registeredBy !== undefined) continue;
    const series = new Series(name, facts);
    metrics.set(name, series);
    registry.registerMetric(series.asMetric());
  }
  const of = (name: PropertyKey) => metrics.get(name as string)!;
  return {
    registry,
    add: (name, labels, amount = 1) => of(name).add(labels, amount),
    total: (name, labels, value) => of(name).set(labels, value),
    set: (name, labels, value) => of(name).set(labels, value),
    observe: (name, labels, value) => of(name).observeMany(labels, [value], 1),
    observeMany: (name, labels, values, count = values.length) => of(name).observeMany(labels, values, count),
    remove: (name, labels) => of(name).remove(labels as Record<string, string>),
    onScrape: (collect) => {
      collectors.add(collect);
      return () => collectors.delete(collect);
    },
  };
}
