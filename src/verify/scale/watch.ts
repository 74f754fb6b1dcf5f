import type { Autoscaler, Metric } from "./autoscaler.ts";

export type Replicas = { readonly desired: number; readonly ready: number };
/** One look at the autoscaler and what it scales. */
export type Seen = Autoscaler & { readonly ready: number };

/** Looks again and again, and remembers the last look and the highest of everything. */
export class Watch {
  last: Seen;
  most: Replicas;
  /** Each metric at its highest, since `before`. */
  peaks: readonly Metric[];

  constructor(
    readonly before: Seen,
    private readonly ask: () => Promise<Seen>,
  ) {
    const { desired, ready, metrics } = before;
    this.last = before;
    this.most = { desired, ready };
    this.peaks = metrics.map((metric) => ({ ...metric, now: undefined }));
  }

  async look(): Promise<Seen> {
    const { most, peaks } = this;
    const seen = await this.ask();
    this.last = seen;
    this.most = {
      desired: Math.max(most.desired, seen.desired),
      ready: Math.max(most.ready, seen.ready),
    };
    this.peaks = seen.metrics.map((metric) =>
      higher(
        peaks.find(({ name }) => name === metric.name),
        metric,
      ),
    );
    return seen;
  }

  /** Whether more have been wanted at any time. */
  get wentOut(): boolean {
    return this.most.desired > this.before.desired;
  }
}

const higher = (one: Metric | undefined, other: Metric): Metric =>
  one?.now !== undefined && one.now >= (other.now ?? Number.NEGATIVE_INFINITY) ? one : other;
