import type { Ca3Meters } from "../../telemetry/metric-catalogue.ts";
import type { costMetrics } from "../../telemetry/metrics/cost.ts";

type Name = keyof typeof costMetrics;
export type Point = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/**
 * Shows the series of a metric anew: those that are gone are taken away, and of too many the first are shown and the
 * rest counted. What is left out stays visible as a number, and nobody's label can fill the memory of Prometheus.
 */
export class SeriesBoard {
  readonly #leftOut = new Map<Name, number>();

  constructor(
    private readonly meters: Ca3Meters,
    private readonly limit: number,
  ) {}

  show(
    name: Exclude<Name, "cost_label_overflow_total" | "cost_unreconciled_usd">,
    points: readonly Point[],
  ): void {
    this.meters.remove(name, {});
    for (const { labels, value } of points.slice(0, this.limit)) this.#put(name, labels, value);
    const before = this.#leftOut.get(name) ?? 0;
    const now = Math.max(0, points.length - this.limit);
    if (now > before) this.meters.add("cost_label_overflow_total", {}, now - before);
    this.#leftOut.set(name, Math.max(before, now));
  }

  #put(name: Name, labels: Point["labels"], value: number): void {
    const put = name.endsWith("_total") ? this.meters.total : this.meters.set;
    (put as (name: string, labels: Point["labels"], value: number) => void)(name, labels, value);
  }
}
