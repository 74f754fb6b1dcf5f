import { type Readiness, type ReadinessCheck, readinessOf } from "../http/readiness.ts";
import { describeOutage, OutageWatch } from "../processor/outage.ts";
import type { SourceHealth } from "../producer/source.ts";
import type { Clock } from "../support/clock.ts";
import { isOutage } from "../support/errors.ts";
import type { Meters } from "../support/meters.ts";
import type { serviceMetrics } from "../telemetry/metrics/service.ts";
import { sourcesCheck } from "./sources-check.ts";

/** Gathers what the readiness of a producer is made of; every reason is a sentence for a person. */
export class ProducerHealth {
  /** Set when the sources are open. */
  sources: (() => Readonly<Record<string, SourceHealth>>) | undefined;
  draining = false;
  #reached = false;
  readonly #sending = new OutageWatch();
  readonly #asking = new OutageWatch();

  constructor(private readonly clock: Clock) {}

  /** Runs an attempt to send to the log, and notes what it showed. */
  sending = <T>(attempt: () => Promise<T>): Promise<T> => this.#watch(this.#sending, attempt);
  /**
   * Runs an attempt to reach the log. One that works says nothing of sending: a broker may answer while another one,
   * which has the partition, does not.
   */
  asking = <T>(attempt: () => Promise<T>): Promise<T> => this.#watch(this.#asking, attempt);

  status(): Readiness {
    return readinessOf([
      this.#log(),
      this.#sources(),
      { name: "draining", ok: !this.draining, detail: this.draining ? "stopping" : "not stopping" },
    ]);
  }

  /** Moves the gauges that say the same to machines. */
  show(meters: Meters<typeof serviceMetrics>): void {
    for (const { name, ok } of this.status().checks) meters.set("ready", { check: name }, ok ? 1 : 0);
    meters.set("dependency_up", { dependency: "log" }, this.#log().ok ? 1 : 0);
  }

  async #watch<T>(outages: OutageWatch, attempt: () => Promise<T>): Promise<T> {
    try {
      const answer = await attempt();
      this.#reached = true;
      outages.answered("log");
      return answer;
    } catch (error) {
      if (isOutage(error)) outages.failed("log", error.message, this.clock.now());
      throw error;
    }
  }

  #log(): ReadinessCheck {
    const outage = this.#sending.state("log") ?? this.#asking.state("log");
    if (outage) return { name: "log", ok: false, detail: describeOutage(outage, this.clock.now()) };
    return { name: "log", ok: this.#reached, detail: this.#reached ? "answers" : "not reached yet" };
  }

  #sources(): ReadinessCheck {
    if (this.sources === undefined) return { name: "sources", ok: false, detail: "not opened yet" };
    return sourcesCheck(this.sources());
  }
}
