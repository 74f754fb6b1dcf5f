import type { EventLog } from "../../../../src/eventlog/port.ts";

type Ends = ReadonlyMap<string, number>;
type Waiting = { readonly ends: Ends; readonly resolve: () => void };

const LOOK_EVERY_MS = 150;

/** Watches how far the group has committed, and tells when it has passed what the log held at a moment. */
export class Pulse implements AsyncDisposable {
  readonly #waiting = new Set<Waiting>();
  readonly #running: Promise<void>;
  #on = true;
  #newest: { readonly ends: Ends; readonly committed: Ends } | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly group: string,
    private readonly topics: readonly string[],
  ) {
    this.#running = this.#run();
  }

  /** Records in the log that the group has not committed, by the newest look. */
  get behind(): number {
    if (!this.#newest) return Number.POSITIVE_INFINITY;
    const { ends, committed } = this.#newest;
    return [...ends].reduce((sum, [place, end]) => sum + Math.max(0, end - (committed.get(place) ?? 0)), 0);
  }

  /** Resolves when everything that the log holds now is committed. Never rejects. */
  async caughtUp(): Promise<void> {
    const ends = await this.#look();
    await new Promise<void>((resolve) => this.#waiting.add({ ends, resolve }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#on = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#on) {
      await this.#look();
      const { committed } = this.#newest!;
      for (const one of this.#waiting)
        if ([...one.ends].every(([place, end]) => (committed.get(place) ?? 0) >= end)) {
          this.#waiting.delete(one);
          one.resolve();
        }
      await Bun.sleep(LOOK_EVERY_MS);
    }
  }

  /** Where the log ends; asks until it answers. */
  async #look(): Promise<Ends> {
    for (;;) {
      try {
        const lags = await this.log.lag(this.group, this.topics);
        const at = (value: "endOffset" | "committed") =>
          new Map(lags.map((lag) => [`${lag.topic}/${lag.partition}`, lag[value]]));
        this.#newest = { ends: at("endOffset"), committed: at("committed") };
        return this.#newest.ends;
      } catch {
        if (!this.#on && this.#newest) return this.#newest.ends;
        await Bun.sleep(LOOK_EVERY_MS);
      }
    }
  }
}
