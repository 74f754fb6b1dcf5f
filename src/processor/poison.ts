import { Ca3Error } from "../support/errors.ts";

export type PoisonRules = {
  /** Stop when a larger share of the window can never be stored; 1 never stops. */
  readonly stopRatio: number;
  /** How many of the newest records of a topic are looked at; fewer never stop. */
  readonly window: number;
};

/**
 * Watches the share of records that can never be stored, per topic. A sender that was deployed broken must stop the
 * processor, where somebody sees it, instead of moving the topic into the dead letters.
 */
export class PoisonWatch {
  readonly #windows = new Map<
    string,
    { readonly bad: Uint8Array; at: number; seen: number; count: number }
  >();

  constructor(private readonly rules: PoisonRules) {}

  /** Adds one record of a topic. */
  add(topic: string, bad: boolean): void {
    let window = this.#windows.get(topic);
    if (window === undefined) {
      window = { bad: new Uint8Array(this.rules.window), at: 0, seen: 0, count: 0 };
      this.#windows.set(topic, window);
    }
    const news = bad ? 1 : 0;
    window.count += news - window.bad[window.at]!;
    window.bad[window.at] = news;
    window.at = (window.at + 1) % this.rules.window;
    if (window.seen < this.rules.window) window.seen++;
  }

  /** The error to stop with when the newest window of the topic holds too many, else nothing. */
  flood(topic: string, example: string): Ca3Error | undefined {
    const window = this.#windows.get(topic);
    if (window === undefined || window.seen < this.rules.window) return undefined;
    if (window.count <= this.rules.stopRatio * this.rules.window) return undefined;
    return new Ca3Error(
      "CA3_POISON_FLOOD",
      `${window.count} of the newest ${this.rules.window} records of ${topic} can never be stored ` +
        `(limit ${this.rules.stopRatio * 100} %); the newest: ${example}`,
      { hint: "repair the sender, then start again; processor.poisonStopRatio: 1 lets them pass" },
    );
  }
}
