import type { Meters } from "../meters.ts";
import type { MetricCatalogue } from "../metric-facts.ts";

type Labels = Readonly<Record<string, string>>;
type Move = {
  readonly kind: "add" | "set" | "observe";
  readonly name: string;
  readonly labels: Labels;
  /** One sum or one state; of observations each. */
  readonly values: number[];
};
/** What moved since the last time, as plain data that can go to another thread. */
export type Moves = readonly Move[];

/** What can be moved from afar. */
export type RelayedMeters<C extends MetricCatalogue> = Pick<
  Meters<C>,
  "add" | "set" | "observe" | "onScrape"
>;

export type MeterRelay<C extends MetricCatalogue> = {
  readonly meters: RelayedMeters<C>;
  /** Runs the collectors, as a scrape would, and gives what moved since the last call. */
  take(): Promise<Moves>;
};

/** Meters for a thread that nobody scrapes: they collect what moves until it is taken and applied elsewhere. */
export function relayMeters<const C extends MetricCatalogue>(): MeterRelay<C> {
  const collectors = new Set<() => void | Promise<void>>();
  const moves = new Map<string, Move>();
  const move = (kind: Move["kind"], name: string, labels: Labels, value: number): void => {
    const key = `${kind} ${name} ${JSON.stringify(labels)}`;
    const held = moves.get(key)?.values;
    if (held === undefined) moves.set(key, { kind, name, labels, values: [value] });
    else if (kind === "observe") held.push(value);
    else held[0] = kind === "add" ? held[0]! + value : value;
  };
  return {
    meters: {
      add: (name, labels, amount = 1) => move("add", String(name), labels, amount),
      set: (name, labels, value) => move("set", String(name), labels, value),
      observe: (name, labels, value) => move("observe", String(name), labels, value),
      onScrape: (collect) => {
        collectors.add(collect);
        return () => collectors.delete(collect);
      },
    },
    async take() {
      await Promise.allSettled([...collectors].map(async (collect) => collect()));
      const taken = [...moves.values()];
      moves.clear();
      return taken;
    },
  };
}

/** Makes the moves of another thread on meters of the same catalogue, which has checked their names and labels. */
export function applyMoves(meters: RelayedMeters<MetricCatalogue>, moves: Moves): void {
  type Apply = (name: string, labels: Labels, value: number) => void;
  const by = meters as unknown as Record<Move["kind"], Apply>;
  for (const { kind, name, labels, values } of moves)
    for (const value of values) by[kind](name, labels, value);
}
