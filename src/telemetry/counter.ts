/** Readings of the counters of one process at one moment; a counter that has not counted yet may be absent. */
export type Counters<N extends string = string> = { readonly [name in N]?: number };

/**
 * What happened between two readings of a process, never negative. A process that restarts begins all its counters at 0
 * again, so when any of them fell, each has grown by what it shows now. The rule of Prometheus' `increase`, applied to
 * the whole process, because a busy counter can overtake its old value before the next reading.
 *
 * What was counted after the last reading before a restart is not known to anyone and is left out.
 */
export function counterDeltas<N extends string>(before: Counters<N>, after: Counters<N>): Counters<N> {
  const names = Object.keys(after) as N[];
  const restarted = hasRestarted(before, after);
  const deltas: { [name in N]?: number } = {};
  for (const name of names) deltas[name] = after[name]! - (restarted ? 0 : (before[name] ?? 0));
  return deltas;
}

/** Whether any counter shows less than before, which only a restart can do. */
const hasRestarted = <N extends string>(before: Counters<N>, after: Counters<N>): boolean =>
  (Object.keys(after) as N[]).some((name) => after[name]! < (before[name] ?? 0));
