/**
 * CPU time of work per CPU time of collecting, at least, since much is alive in a process that does other things as well.
 * Clients of servers leave more behind than files do: `tight` holds 240 MB where `usual` takes 290, for as much CPU time.
 * `alone` never waits: for a process that does nothing else meanwhile, where a goal of memory counts more than CPU time.
 */
export const workPerCollection = { usual: 9, tight: 5, alone: 0 } as const;

/** Not the time of a clock, which on a busy machine passes without any work being done. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Collects garbage by the amount of work done. Left alone, the engine sizes its heap by the machine's memory and lets a
 * pipeline at full speed grow to 280 MB of which 40 are alive. A collection costs what is alive, which between two writes
 * is little: measured on a replay at full speed, 190 MB for a tenth more CPU time.
 */
export class GarbagePace {
  #bytes = 0;
  #notBefore = 0;

  constructor(
    private readonly everyBytes: number,
    private readonly work: number = workPerCollection.usual,
    private readonly collect: () => void = () => Bun.gc(true),
    private readonly nowMs: () => number = cpuMs,
  ) {}

  /** Counts record bytes that are done with; collects in the next turn of the event loop, when they can be let go. */
  worked(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < this.everyBytes || this.nowMs() < this.#notBefore) return;
    this.#bytes = 0;
    this.#notBefore = Number.POSITIVE_INFINITY;
    setImmediate(() => {
      const startMs = this.nowMs();
      this.collect();
      const endMs = this.nowMs();
      this.#notBefore = endMs + (endMs - startMs) * this.work;
    });
  }
}
