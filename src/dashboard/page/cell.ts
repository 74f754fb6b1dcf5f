import { useEffect, useState } from "preact/hooks";

/** A value that tells others when it is replaced. Setting the same value tells nobody. */
export type Cell<T> = {
  get(): T;
  set(next: T): void;
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
};

export function createCell<T>(initial: T): Cell<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The value of a cell, or what `pick` makes of it; renders again only when that is another one. `pick` never changes. */
export function useCell<T, S = T>(
  cell: Cell<T>,
  pick: (value: T) => S = (value) => value as unknown as S,
): S {
  const [picked, setPicked] = useState<S>(() => pick(cell.get()));
  useEffect(() => {
    const look = () => setPicked(() => pick(cell.get()));
    look();
    return cell.subscribe(look);
  }, [cell]);
  return picked;
}
