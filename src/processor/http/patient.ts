import type { Clock } from "../../support/clock.ts";

export type PatienceOptions = {
  readonly clock: Clock;
  /** How long a caller waits for an answer, ms. */
  readonly patienceMs: number;
  /** How old an earlier answer may be that stands for one that is late, ms. */
  readonly keepMs: number;
};

/**
 * Something that is read over a connection which may hang, for callers who must answer soon: one read runs at a time,
 * whoever asks shares it, and who has waited long enough gets the last answer, or undefined when that is too old. A read
 * that fails rejects for those who still wait.
 */
export function patient<T>(
  read: () => Promise<T>,
  { clock, patienceMs, keepMs }: PatienceOptions,
): () => Promise<T | undefined> {
  let running: Promise<T> | undefined;
  let last: { readonly value: T; readonly atMs: number } | undefined;
  const start = (): Promise<T> => {
    const mine = read().then((value) => {
      last = { value, atMs: clock.now() };
      return value;
    });
    const end = () => {
      running = undefined;
    };
    mine.then(end, end);
    return mine;
  };
  return async () => {
    running ??= start();
    const answered = new AbortController();
    const late = clock
      .sleep(patienceMs, answered.signal)
      .then(() => (last && clock.now() - last.atMs <= keepMs ? last.value : undefined));
    try {
      return await Promise.race([running, late]);
    } finally {
      answered.abort();
    }
  };
}
