import type { Metric, MetricObjectWithValues, MetricValue } from "prom-client";
import type { MetricFacts } from "../metric-facts.ts";

type Labels = Readonly<Record<string, string>>;
type One = { labels: Labels; value: number; count: number; buckets: Float64Array | undefined };

/**
 * The series of one metric, printed by prom-client's registry through the interface that its own metric types use.
 * Those types look a series up and check its labels per value; a batch of thousands of delays needs one look-up.
 */
export class Series {
  readonly type: MetricFacts["kind"];
  readonly help: string;
  readonly aggregator = "sum";
  readonly #series = new Map<string, One>();
  readonly #bounds: Float64Array | undefined;

  constructor(
    readonly name: string,
    private readonly facts: MetricFacts,
  ) {
    this.type = facts.kind;
    this.help = facts.help;
    this.#bounds = facts.buckets && Float64Array.from(facts.buckets);
    this.reset();
  }

  asMetric(): Metric {
    return this as unknown as Metric;
  }

  /** A metric without labels shows 0 from the start; one with labels shows what was ever counted. */
  reset(): void {
    this.#series.clear();
    if (this.facts.labels.length === 0) this.#one({});
  }

  add(labels: Labels, amount: number): void {
    if (!(amount >= 0)) throw new RangeError(`${this.name}: cannot add ${amount} to a counter`);
    this.#one(labels).value += amount;
  }

  set(labels: Labels, value: number): void {
    this.#one(labels).value = value;
  }

  observeMany(labels: Labels, values: ArrayLike<number>, count: number): void {
    const one = this.#one(labels);
    const bounds = this.#bounds!;
    const buckets = one.buckets!;
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      let at = 0;
      while (at < bounds.length && value > bounds[at]!) at++;
      if (at < bounds.length) buckets[at]! += 1;
      one.value += value;
    }
    one.count += count;
  }

  remove(labels: Labels): void {
    const wanted = Object.entries(labels);
    for (const [key, one] of this.#series)
      if (wanted.every(([name, value]) => one.labels[name] === value)) this.#series.delete(key);
  }

  async get(): Promise<MetricObjectWithValues<MetricValue<string>>> {
    const values = [...this.#series.values()].flatMap((one) => this.#print(one));
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values } as unknown as MetricObjectWithValues<MetricValue<string>>;
  }

  #print({ labels, value, count, buckets }: One) {
    if (buckets === undefined) return [{ labels, value }];
    let below = 0;
    const rows = this.facts.buckets!.map((le, at) => {
      below += buckets[at]!;
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le: String(le) }, value: below };
    });
    return [
      ...rows,
      { metricName: `${this.name}_bucket`, labels: { ...labels, le: "+Inf" }, value: count },
      { metricName: `${this.name}_sum`, labels, value },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }

  #one(labels: Labels): One {
    let key = "";
    for (const name of this.facts.labels) key += `${labels[name]}\u0000`;
    let one = this.#series.get(key);
    if (one === undefined) {
      const own = Object.fromEntries(this.facts.labels.map((name) => [name, labels[name] ?? ""]));
      const buckets = this.#bounds && new Float64Array(this.#bounds.length);
      one = { labels: own, value: 0, count: 0, buckets };
      this.#series.set(key, one);
    }
    return one;
  }
}
