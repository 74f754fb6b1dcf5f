/** What the pipeline cannot work without. */
export type Dependency = "store" | "log";

export type OutageState = { readonly sinceMs: number; readonly reason: string; readonly tries: number };

/** Knows which dependency is away, since when and why; readiness, metrics and the log lines read it here. */
export class OutageWatch {
  readonly #states = new Map<Dependency, OutageState>();

  /** Notes a failed try; true when it is the first one of an outage. */
  failed(dependency: Dependency, reason: string, nowMs: number): boolean {
    const before = this.#states.get(dependency);
    this.#states.set(dependency, {
      sinceMs: before?.sinceMs ?? nowMs,
      reason,
      tries: (before?.tries ?? 0) + 1,
    });
    return before === undefined;
  }

  /** Notes that it answered; the outage that ended, if there was one. */
  answered(dependency: Dependency): OutageState | undefined {
    const before = this.#states.get(dependency);
    if (before !== undefined) this.#states.delete(dependency);
    return before;
  }

  state(dependency: Dependency): OutageState | undefined {
    return this.#states.get(dependency);
  }
}

/** One sentence for people, such as `disk full at /data/store.db, retrying for 12 s`. */
export const describeOutage = ({ reason, sinceMs }: OutageState, nowMs: number): string =>
  `${reason}, retrying for ${Math.max(0, Math.round((nowMs - sinceMs) / 1000))} s`;
