import { createHash } from "node:crypto";
import type { Card } from "../../cards.ts";
import type { Schedule } from "./schedule.ts";

export type SyntheticOptions = Schedule & {
  readonly seed: number;
  /** Time of the first event, ms since the epoch. The same options with the same start give the same bytes. */
  readonly startMs: number;
  /** How fast the events become due on the clock; `max` makes all of them due at once. Never changes their times. */
  readonly speed: number | "max";
  /** The events happen now: after a long stop the stream goes on at the present instead of catching up. */
  readonly live: boolean;
  /** Seconds between two readings of a GPU. */
  readonly intervalS: number;
  readonly models: readonly string[];
  /** Teams that send the requests; the first sends most. Empty for none. */
  readonly teams: readonly string[];
  readonly cards: readonly Card[];
  /** GPUs in all; absent means as many as the rate needs. */
  readonly gpus?: number;
  readonly priceMicroUsdPerHour?: number;
  readonly host: string;
};

/** Identity of the run: covers everything that changes what the events say, so different runs never share ids. */
export function bootIdOf(options: SyntheticOptions): string {
  const {
    seed,
    startMs,
    ratePerS,
    batch,
    sleepS,
    intervalS,
    models,
    teams,
    cards,
    gpus,
    priceMicroUsdPerHour,
  } = options;
  const facts = [
    seed,
    startMs,
    ratePerS,
    batch,
    sleepS,
    intervalS,
    models,
    teams,
    cards,
    gpus,
    priceMicroUsdPerHour,
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 12);
}
