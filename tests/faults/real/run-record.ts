import type { Outcome, WorldResult } from "./run-world.ts";

/** How and where a run was made. */
export type Facts = {
  readonly seed: number;
  readonly brokers: number;
  /** The executable that ran, or nothing when it was the sources. */
  readonly program?: string | undefined;
  readonly seconds: number;
  readonly day: string;
  readonly machine: string;
};

export type Tally = {
  readonly struck: number;
  readonly recovered: number;
  /** Nobody came to the place where it should have struck. */
  readonly missed: number;
  readonly longestMs: number;
};

/** What is kept of a run, so that runs on many days add up to a long one. */
export type RunRecord = {
  readonly facts: Facts;
  readonly worlds: number;
  readonly starts: number;
  readonly records: number;
  readonly events: number;
  readonly deadLetters: number;
  readonly kinds: Readonly<Record<string, Tally>>;
  readonly steps: Readonly<Record<string, Tally>>;
  readonly complaints: readonly string[];
};

export function recordOf(results: readonly WorldResult[], facts: Facts): RunRecord {
  const outcomes = results.flatMap((one) => one.outcomes);
  const sum = (value: (one: WorldResult) => number) => results.reduce((total, one) => total + value(one), 0);
  return {
    facts,
    worlds: results.length,
    starts: sum((one) => one.starts),
    records: sum((one) => one.records),
    events: sum((one) => one.events),
    deadLetters: sum((one) => one.deadLetters),
    kinds: tallies(outcomes, ({ kind }) => kind),
    steps: tallies(outcomes, ({ place }) => place),
    complaints: complaints(results),
  };
}

export function tally(outcomes: readonly Outcome[]): Tally {
  const struck = outcomes.filter((one) => one.struck);
  const recovered = struck.flatMap(({ recoveredMs }) => recoveredMs ?? []);
  return {
    ...{ struck: struck.length, recovered: recovered.length, missed: outcomes.length - struck.length },
    longestMs: Math.max(0, ...recovered),
  };
}

function tallies(
  outcomes: readonly Outcome[],
  by: (one: Outcome) => string | undefined,
): Record<string, Tally> {
  const groups = Map.groupBy(outcomes, by);
  const named = [...groups].flatMap(([name, own]) =>
    name === undefined ? [] : [[name, tally(own)] as const],
  );
  return Object.fromEntries(named);
}

/** Everything that went wrong, each in one sentence that names its world. */
export const complaints = (results: readonly WorldResult[]): readonly string[] =>
  results.flatMap(({ seed, problems, surprises, outcomes }) => [
    ...problems.map((problem) => `world ${seed}: ${problem}`),
    ...surprises.map(({ name, end }) => `world ${seed}: ${name} ended by itself (${end})`),
    ...outcomes
      .filter(({ struck, recoveredMs }) => struck && recoveredMs === undefined)
      .map(({ kind, place = "anywhere" }) => `world ${seed}: no recovery from: ${kind} (${place})`),
  ]);
