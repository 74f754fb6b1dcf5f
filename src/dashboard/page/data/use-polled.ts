import { useEffect, useMemo, useState } from "preact/hooks";
import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import { createPoller, type Polled, type PollOptions } from "./poller.ts";

export type UsePolled<T> = Polled<T> & {
  /** The data is of another question, kept until the answer to this one comes. */
  readonly outdated: boolean;
  retry(): void;
};

export type Question = {
  /** What is asked; another key is another question. Undefined asks nothing. */
  readonly key: string | undefined;
  /** Whether the answer is looked at now. */
  readonly seen: boolean;
};

/** Asks again and again while somebody looks. A new question keeps the old answer until there is a new one. */
export function usePolled<T>(
  { key, seen }: Question,
  load: PollOptions<T>["load"],
  nextMs: PollOptions<T>["nextMs"],
): UsePolled<T> {
  const { changes, now, watched } = useDashboard();
  const active = useCell(watched) && seen;
  const [state, setState] = useState<Polled<T> & { readonly of?: string }>({ loading: true });
  const poller = useMemo(
    () =>
      key === undefined
        ? undefined
        : createPoller<T>({ load, nextMs, changes, now, random: Math.random, setTimer }),
    [key],
  );
  useEffect(() => {
    if (poller === undefined || key === undefined) return;
    return poller.state.subscribe(() => {
      const next = poller.state.get();
      setState((before) =>
        next.data === undefined && before.data !== undefined
          ? { ...before, ...next }
          : next.data === undefined
            ? next
            : { ...next, of: key },
      );
    });
  }, [poller]);
  useEffect(() => {
    if (active) poller?.start();
    return () => poller?.stop();
  }, [poller, active]);
  const { of, ...polled } = state;
  return { ...polled, outdated: of !== undefined && of !== key, retry: () => poller?.retry() };
}

const setTimer = (run: () => void, ms: number): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
