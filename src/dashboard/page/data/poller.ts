import { type Cell, createCell } from "../cell.ts";
import { backoffMs } from "./backoff.ts";
import { type Problem, problemFrom } from "./client.ts";

export type Polled<T> = {
  readonly data?: T;
  /** When the data came. */
  readonly atMs?: number;
  /** Why the last try gave nothing; the data is that of an earlier one then. */
  readonly problem?: Problem;
  readonly loading: boolean;
};

export type PollOptions<T> = {
  readonly load: (signal: AbortSignal) => Promise<T>;
  /** When to load again after `data` came; undefined for never. */
  readonly nextMs: (nowMs: number, data: T) => number | undefined;
  /** A number that changes when there is something new; while it does not, a load is only due now and then. */
  readonly changes: () => number;
  readonly now: () => number;
  readonly random: () => number;
  readonly setTimer: (run: () => void, ms: number) => () => void;
};

export type Poller<T> = {
  readonly state: Cell<Polled<T>>;
  /** Loads now, or when the last data is old enough, and goes on. Idempotent. */
  start(): void;
  /** Loads nothing any more; the data stays. */
  stop(): void;
  /** Loads at once. */
  retry(): void;
};

/** Windows slide even when nothing new comes. */
const AT_LEAST_EVERY_MS = 60_000;

const SOON_MS = 1_000;

/** Asks again soon while there is nothing yet, as at the start of a pipeline; otherwise when `nextMs` says. */
export const soonWhileEmpty =
  <T>(nextMs: (nowMs: number) => number | undefined, isEmpty: (data: T) => boolean) =>
  (nowMs: number, data: T): number | undefined => {
    const next = nextMs(nowMs);
    return next !== undefined && isEmpty(data) ? Math.min(next, nowMs + SOON_MS) : next;
  };

/** Loads something again and again, slower while it fails, and never twice at the same time. */
export function createPoller<T>(options: PollOptions<T>): Poller<T> {
  const { load, nextMs, changes, now, random, setTimer } = options;
  const state = createCell<Polled<T>>({ loading: false });
  let running = false;
  let failures = 0;
  let dueMs: number | undefined = 0;
  let loadedChange = Number.NaN;
  let cancelTimer: (() => void) | undefined;
  let request: AbortController | undefined;

  const schedule = () => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (!running || request || dueMs === undefined) return;
    cancelTimer = setTimer(due, Math.max(0, dueMs - now()));
  };

  const due = () => {
    const { atMs, data } = state.get();
    const nothingNew = failures === 0 && changes() === loadedChange;
    if (nothingNew && data !== undefined && atMs !== undefined && now() - atMs < AT_LEAST_EVERY_MS) {
      dueMs = nextMs(now(), data);
      return schedule();
    }
    void run();
  };

  async function run(): Promise<void> {
    cancelTimer?.();
    request?.abort();
    const mine = new AbortController();
    request = mine;
    const change = changes();
    state.set({ ...state.get(), loading: true });
    const outcome = await load(mine.signal).then(
      (data) => ({ data }),
      (error: unknown) => ({ problem: problemFrom(error) }),
    );
    if (request !== mine) return;
    request = undefined;
    if ("data" in outcome) {
      failures = 0;
      loadedChange = change;
      dueMs = nextMs(now(), outcome.data);
      state.set({ data: outcome.data, atMs: now(), loading: false });
    } else {
      failures++;
      const waitMs = Math.max(backoffMs(failures, random()), (outcome.problem.retryAfterS ?? 0) * 1000);
      dueMs = now() + waitMs;
      state.set({ ...state.get(), problem: outcome.problem, loading: false });
    }
    schedule();
  }

  return {
    state,
    start() {
      if (running) return;
      running = true;
      schedule();
    },
    stop() {
      running = false;
      cancelTimer?.();
      if (request) {
        request.abort();
        request = undefined;
        dueMs = 0;
        state.set({ ...state.get(), loading: false });
      }
    },
    retry() {
      if (running) void run();
    },
  };
}
