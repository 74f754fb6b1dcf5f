import type { EventLog, LogConsumer } from "../eventlog/port.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";

const perPartition = [
  "processor_consumer_lag",
  "processor_consumer_lag_seconds",
  "processor_committed_offset",
  "processor_stored_offset",
] as const;

type Place = { readonly topic: string; readonly partition: number };
const id = ({ topic, partition }: Place) => `${topic}/${partition}`;

/**
 * Shows the lag of the partitions this processor owns. A partition that went away takes its series along: a stale one
 * would show a lag that somebody else is working off already.
 */
export class LagWatch {
  #shown = new Map<string, Place>();

  constructor(
    private readonly log: Pick<EventLog, "lag">,
    private readonly meters: Ca3Meters,
    private readonly group: string,
    private readonly topics: readonly string[],
    private readonly doneOffset: (topic: string, partition: number) => number | undefined,
  ) {}

  /** Reads the lag and moves the metrics. Rejects when the log does not answer. */
  async refresh(consumer: Pick<LogConsumer, "assignment">): Promise<void> {
    const lags = await this.log.lag(this.group, this.topics);
    const owned = new Map(consumer.assignment().map((place) => [id(place), place]));
    this.#count(owned);
    for (const { topic, partition: at, lag, lagSeconds, committed } of lags) {
      if (!owned.has(id({ topic, partition: at }))) continue;
      const labels = { topic, partition: String(at) };
      this.meters.set("processor_consumer_lag", labels, lag);
      this.meters.set("processor_consumer_lag_seconds", labels, lagSeconds);
      this.meters.set("processor_committed_offset", labels, committed);
      const done = this.doneOffset(topic, at);
      if (done !== undefined) this.meters.set("processor_stored_offset", labels, done);
    }
  }

  /** Takes every series away, as when the consumer has left its group. */
  clear(): void {
    this.#count(new Map());
  }

  #count(owned: ReadonlyMap<string, Place>): void {
    let revoked = 0;
    for (const [key, { topic, partition }] of this.#shown) {
      if (owned.has(key)) continue;
      revoked++;
      for (const name of perPartition) this.meters.remove(name, { topic, partition: String(partition) });
    }
    const assigned = [...owned.keys()].filter((key) => !this.#shown.has(key)).length;
    if (assigned > 0) this.meters.add("processor_rebalances_total", { kind: "assigned" }, assigned);
    if (revoked > 0) this.meters.add("processor_rebalances_total", { kind: "revoked" }, revoked);
    this.meters.set("processor_assigned_partitions", {}, owned.size);
    this.#shown = new Map(owned);
  }
}
