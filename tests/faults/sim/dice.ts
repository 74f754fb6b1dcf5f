/** Random choices that a seed repeats exactly. */
export interface Dice {
  /** From 0 to 1, without 1. */
  next(): number;
  /** From 0 to n, without n. */
  below(n: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  subset<T>(from: readonly T[]): T[];
}

/** Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, good enough to choose faults. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (from) => from[below(from.length)]!,
    subset: (from) => from.filter(() => next() < 0.5),
  };
}
