/** What is to be known about a metric: the registry, the reference page, rules and dashboards all read it. */
export type MetricFacts = {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Base unit of the value, as in the end of the name; `1` stands for a pure number. */
  readonly unit: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, ascending. */
  readonly buckets?: readonly number[];
  /** Registered by a library and not by `createMeters`; listed so that every published name stands here. */
  readonly registeredBy?: string;
};
export type MetricCatalogue = Readonly<Record<string, MetricFacts>>;

export const counter = <const L extends readonly string[]>(unit: string, labels: L, help: string) =>
  ({ kind: "counter", help, unit, labels }) as const;

export const gauge = <const L extends readonly string[]>(unit: string, labels: L, help: string) =>
  ({ kind: "gauge", help, unit, labels }) as const;

export const histogram = <const L extends readonly string[]>(
  unit: string,
  labels: L,
  buckets: readonly number[],
  help: string,
) => ({ kind: "histogram", help, unit, labels, buckets }) as const;
