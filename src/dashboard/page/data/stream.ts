import { type Cell, createCell } from "../cell.ts";
import { backoffMs } from "./backoff.ts";

export type Connection =
  | { readonly state: "off" }
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  /** Lost; the next try is at `retryMs`. `sinceMs` is when it was lost. */
  | { readonly state: "waiting"; readonly sinceMs: number; readonly retryMs: number };

/** The part of `EventSource` that is needed. */
export type Source = {
  addEventListener(type: string, listener: (event: { data?: string }) => void): void;
  close(): void;
};

export type StreamOptions = {
  readonly open: () => Source;
  readonly onTick: (data: string) => void;
  /** The stream broke; somebody may find out why. */
  readonly onLost: () => void;
  readonly now: () => number;
  readonly random: () => number;
  readonly setTimer: (run: () => void, ms: number) => () => void;
};

export type Stream = {
  readonly connection: Cell<Connection>;
  start(): void;
  stop(): void;
  /** Connects at once instead of at the end of the wait. */
  retry(): void;
};

/**
 * Keeps an event stream open. A browser left to itself retries at a steady beat, and not at all after an answer that is
 * an error, so each break is answered here, slower and slower. Every event is complete: the first one after a break
 * makes up for all that were missed.
 */
export function createStream(options: StreamOptions): Stream {
  const { now, random, setTimer } = options;
  const connection = createCell<Connection>({ state: "off" });
  let source: Source | undefined;
  let cancelTimer: (() => void) | undefined;
  let failures = 0;
  let lostMs: number | undefined;

  const close = () => {
    cancelTimer?.();
    source?.close();
    source = undefined;
  };

  const lost = () => {
    close();
    failures++;
    lostMs ??= now();
    const retryMs = now() + backoffMs(failures, random());
    connection.set({ state: "waiting", sinceMs: lostMs, retryMs });
    cancelTimer = setTimer(connect, retryMs - now());
    options.onLost();
  };

  const connect = () => {
    close();
    if (lostMs === undefined) connection.set({ state: "connecting" });
    const mine = options.open();
    source = mine;
    mine.addEventListener("tick", ({ data }) => {
      if (source !== mine || data === undefined) return;
      failures = 0;
      lostMs = undefined;
      connection.set({ state: "open" });
      options.onTick(data);
    });
    mine.addEventListener("error", () => {
      if (source === mine) lost();
    });
  };

  return {
    connection,
    start() {
      if (connection.get().state === "off") connect();
    },
    stop() {
      close();
      failures = 0;
      lostMs = undefined;
      connection.set({ state: "off" });
    },
    retry() {
      if (connection.get().state === "waiting") connect();
    },
  };
}
