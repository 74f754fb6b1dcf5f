import { type Readiness, type ReadinessCheck, readinessOf } from "../http/readiness.ts";
import type { Clock } from "../support/clock.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";
import { type Dependency, describeOutage, type OutageWatch } from "./outage.ts";

/** Life of the consumer as people see it. */
export type ConsumerState =
  | { readonly state: "starting" }
  | { readonly state: "running"; readonly partitions: number }
  | { readonly state: "ended"; readonly reason: string };

/** Gathers what readiness is made of; every reason is a sentence for a person. */
export class Health {
  consumer: ConsumerState = { state: "starting" };
  poison: string | undefined;
  draining = false;
  readonly #lastCheck = new Map<Dependency, string | undefined>();

  constructor(
    private readonly outages: OutageWatch,
    private readonly clock: Clock,
  ) {}

  /**
   * Notes the last answer of a dependency to a check of its own; `problem` is absent when it answered. Answers with true
   * when it answered before and does not now, or the other way round.
   */
  checked(dependency: Dependency, problem?: string): boolean {
    const before = this.#lastCheck.get(dependency);
    this.#lastCheck.set(dependency, problem);
    return (before === undefined) !== (problem === undefined);
  }

  status(): Readiness {
    return readinessOf([
      this.#dependency("log"),
      this.#dependency("store"),
      this.#consumer(),
      { name: "poison", ok: this.poison === undefined, detail: this.poison ?? "records can be stored" },
      { name: "draining", ok: !this.draining, detail: this.draining ? "stopping" : "not stopping" },
    ]);
  }

  /** Moves the gauges that say the same to machines. */
  show(meters: Ca3Meters, waitingBatches: number): void {
    const now = this.clock.now();
    for (const { name, ok } of this.status().checks) meters.set("ready", { check: name }, ok ? 1 : 0);
    for (const dependency of ["log", "store"] as const) {
      const outage = this.outages.state(dependency);
      const up = this.#dependency(dependency).ok;
      meters.set("dependency_up", { dependency }, up ? 1 : 0);
      meters.set("processor_outage_seconds", { dependency }, outage ? (now - outage.sinceMs) / 1000 : 0);
      meters.set("processor_paused_partitions", { reason: dependency }, outage ? waitingBatches : 0);
    }
  }

  #dependency(name: Dependency): ReadinessCheck {
    const outage = this.outages.state(name);
    if (outage) return { name, ok: false, detail: describeOutage(outage, this.clock.now()) };
    if (!this.#lastCheck.has(name)) return { name, ok: false, detail: "not checked yet" };
    const problem = this.#lastCheck.get(name);
    return { name, ok: problem === undefined, detail: problem ?? "answers" };
  }

  #consumer(): ReadinessCheck {
    const name = "consumer";
    switch (this.consumer.state) {
      case "starting":
        return { name, ok: false, detail: "starting" };
      case "running":
        return { name, ok: true, detail: `owns ${this.consumer.partitions} partitions` };
      case "ended":
        return { name, ok: false, detail: this.consumer.reason };
    }
  }
}
