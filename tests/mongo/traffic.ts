import type { TelemetryStore } from "../../src/store/port.ts";
import { type Ca3Error, isOutage } from "../../src/support/errors.ts";
import { stored } from "../contracts/store/samples.ts";

/** Several writers that insert batches of events one after the other, and repeat what was an outage. */
export function startWriters(store: TelemetryStore, options: { writers?: number; batch?: number } = {}) {
  const { writers = 4, batch = 200 } = options;
  const acknowledged: string[] = [];
  const state = { outages: 0, longestMs: 0, failure: undefined as unknown };
  let stopping = false;

  async function write(writer: number): Promise<void> {
    for (let round = 0; !stopping; round++) {
      const ids = Array.from({ length: batch }, (_, at) => `${writer}-${round}-${at}`);
      const events = ids.map((id) => stored(id));
      while (!(await attempt(() => store.insertEvents(events)))) if (stopping) return;
      acknowledged.push(...ids);
    }
  }

  async function attempt(call: () => Promise<unknown>): Promise<boolean> {
    const startMs = performance.now();
    try {
      await call();
      return true;
    } catch (error) {
      if (!isOutage(error)) {
        state.failure ??= error;
        stopping = true;
        return false;
      }
      state.outages++;
      await Bun.sleep(20);
      return false;
    } finally {
      state.longestMs = Math.max(state.longestMs, performance.now() - startMs);
    }
  }

  const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    acknowledged,
    state,
    /** Waits for the calls that run, for as long as they take. */
    async stop(): Promise<void> {
      stopping = true;
      await all;
    },
  };
}

/** Those of `ids` that the store does not hold. */
export async function missingFrom(store: TelemetryStore, ids: readonly string[]): Promise<string[]> {
  const held = new Set<string>();
  for await (const { event } of store.scanEvents()) held.add(event.event_id);
  return ids.filter((id) => !held.has(id));
}

/** What a call ended with: how long it took, and whether it was an outage. */
export async function outcomeOf(call: () => Promise<unknown>) {
  const startMs = performance.now();
  const error = await call().then(
    () => undefined,
    (reason: Ca3Error) => reason,
  );
  return {
    tookMs: performance.now() - startMs,
    code: error === undefined ? undefined : (error.code ?? String(error)),
    message: error?.message,
  };
}
