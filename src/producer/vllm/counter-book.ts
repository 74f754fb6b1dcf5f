/** A counter of one process: what it is called and shows. */
export type Reading = { readonly key: string; readonly value: number };

export type Deltas = {
  /** By key; what has not counted is absent. Never negative. */
  readonly by: ReadonlyMap<string, number>;
  /** Counters that began again. */
  readonly resets: number;
  /** The process is another one than before, or began again. */
  readonly restarted: boolean;
};

/** The counters of one endpoint, from reading to reading. */
export type CounterBook = {
  /**
   * What each counter has counted since the last reading; nothing for the first one, which is the baseline.
   *
   * @param isNew the process is known to have begun after the last reading
   */
  read(readings: readonly Reading[], isNew?: boolean): Deltas;
  /** The next reading is a baseline again. */
  forget(): void;
  state(): readonly (readonly [key: string, value: number])[] | undefined;
  restore(state: readonly (readonly [string, number])[] | undefined): void;
};

const NOTHING: Deltas = { by: new Map(), resets: 0, restarted: false };

/**
 * A counter that shows less than before began again at 0, so it has counted what it shows. When most of them fell, the
 * process restarted, and then so did those that have overtaken their old value already. A single counter that falls says
 * nothing about the others: counting all of them anew would count everything they ever counted once more.
 *
 * A counter that is missing keeps its value; one that is new began at 0 after the reading before.
 */
export function createCounterBook(): CounterBook {
  let before: Map<string, number> | undefined;
  return {
    read: (readings, isNew = false) => {
      const after = readings.filter(({ value }) => Number.isFinite(value) && value >= 0);
      if (before === undefined) {
        before = new Map(after.map(({ key, value }) => [key, value]));
        return NOTHING;
      }
      const known = before;
      const active = after.filter(({ key }) => (known.get(key) ?? 0) > 0);
      const fallen = active.filter(({ key, value }) => value < known.get(key)!).length;
      const restarted = isNew || (fallen > 0 && fallen * 2 >= active.length);
      const by = new Map<string, number>();
      for (const { key, value } of after) {
        const old = known.get(key) ?? 0;
        const delta = restarted || value < old ? value : value - old;
        if (delta > 0) by.set(key, delta);
      }
      before = new Map([
        ...(restarted ? [] : known),
        ...after.map(({ key, value }) => [key, value] as const),
      ]);
      return { by, resets: fallen, restarted };
    },
    forget: () => {
      before = undefined;
    },
    state: () => before && [...before],
    restore: (state) => {
      before = state && new Map(state);
    },
  };
}
