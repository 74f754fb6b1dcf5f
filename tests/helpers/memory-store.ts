import type {
  DeadLetter,
  DeadLetterQuery,
  DeadLetterState,
  InsertOutcome,
  LatestEvent,
  RollupDelta,
  RollupQuery,
  StoredEvent,
  TelemetryStore,
} from "../../src/store/port.ts";
import { rollupId } from "../../src/telemetry/recompute.ts";
import { addSums, type RollupKey, type Sums, zeroSums } from "../../src/telemetry/rollup.ts";
import type { EventKind } from "../../src/telemetry/topics.ts";
import { groupRollups } from "./memory-rollups.ts";

export type HeldRollup = {
  readonly key: RollupKey;
  readonly sums: Sums;
  lastOffset: number;
  newestMs: number;
  oldestMs: number;
};

/** A store in memory that keeps the port's promises; what it holds can be looked at. */
export interface MemoryStore extends TelemetryStore {
  readonly events: ReadonlyMap<string, StoredEvent>;
  readonly rollups: ReadonlyMap<string, HeldRollup>;
  readonly letters: ReadonlyMap<string, DeadLetter>;
}

export function memoryStore(): MemoryStore {
  const events = new Map<string, StoredEvent>();
  const rollups = new Map<string, HeldRollup>();
  const letters = new Map<string, DeadLetter>();
  const newest = new Map<string, LatestEvent>();

  return {
    events,
    rollups,
    letters,

    async insertEvents(batch) {
      const duplicates = new Map<number, { origin: string; offset: number }>();
      if (new Set(batch.map((one) => one.event.event_id)).size !== batch.length)
        throw new TypeError("ids within one call must be distinct");
      for (const [index, one] of batch.entries()) {
        const held = events.get(one.event.event_id);
        if (held) duplicates.set(index, { origin: held.origin, offset: held.offset });
        else events.set(one.event.event_id, one);
      }
      return { duplicates, refused: new Map() } satisfies InsertOutcome;
    },

    async applyRollups(deltas) {
      for (const delta of deltas) {
        const id = rollupId(delta.key);
        const held = rollups.get(id);
        const news = held ? delta.since(held.lastOffset) : delta;
        if (news) rollups.set(id, merged(held, news));
      }
    },

    async keepLatest(batch) {
      for (const one of batch) {
        const id = JSON.stringify([one.kind, one.subject]);
        if ((newest.get(id)?.tsMs ?? Number.NEGATIVE_INFINITY) <= one.tsMs) newest.set(id, one);
      }
    },

    async addDeadLetters(batch) {
      for (const one of batch) if (!letters.has(one.id)) letters.set(one.id, one);
    },

    queryRollups: async (query: RollupQuery) => groupRollups([...rollups.values()], query),
    latest: async (kind: EventKind) => [...newest.values()].filter((one) => one.kind === kind),

    async freshness() {
      const hours = [...rollups.values()].filter((one) => one.key.resolutionS === 3600);
      return [...Map.groupBy(hours, (one) => one.key.kind)].map(([kind, held]) => ({
        kind,
        newestMs: Math.max(...held.map((one) => one.newestMs)),
        oldestMs: Math.min(...held.map((one) => one.oldestMs)),
        events: held.reduce((sum, one) => sum + one.sums.events, 0),
      }));
    },

    async *scanEvents(filter = {}) {
      const { kind, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, ids } = filter;
      for (const [, one] of [...events].sort(([a], [b]) => (a < b ? -1 : 1)))
        if (
          (kind === undefined || one.kind === kind) &&
          (ids === undefined || ids.includes(one.event.event_id)) &&
          one.tsMs >= fromMs &&
          one.tsMs < toMs
        )
          yield one;
    },

    async listDeadLetters({ state, reason, after, limit }: DeadLetterQuery) {
      return [...letters.values()]
        .filter((one) => (state ?? one.state) === one.state && (reason ?? one.reason) === one.reason)
        .filter((one) => after === undefined || one.id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit);
    },
    getDeadLetter: async (id) => letters.get(id),
    async markDeadLetters(ids, state) {
      for (const id of ids) {
        const held = letters.get(id);
        if (held) letters.set(id, { ...held, state });
      }
    },
    async countDeadLetters() {
      const groups = Map.groupBy(letters.values(), (one) => JSON.stringify([one.state, one.reason]));
      return [...groups].map(([key, held]) => {
        const [state, reason] = JSON.parse(key) as [DeadLetterState, string];
        return { state, reason, count: held.length };
      });
    },

    async expire(nowMs) {
      let gone = 0;
      for (const [id, one] of events) if (one.expiresMs <= nowMs && events.delete(id)) gone++;
      return gone;
    },
    ping: async () => {},
    close: async () => {},
  };
}

/** The same store with `insertWith`. */
export const insertingWith = (store: MemoryStore): MemoryStore => ({
  ...store,
  async insertWith(batch, { deltas, latest }) {
    const outcome = await store.insertEvents(batch);
    const complete = outcome.duplicates.size === 0;
    if (complete) await store.applyRollups(deltas);
    if (complete) await store.keepLatest(latest);
    return { ...outcome, complete };
  },
});

function merged(held: HeldRollup | undefined, delta: RollupDelta): HeldRollup {
  const sums = held ? { ...held.sums } : zeroSums();
  addSums(sums, delta.sums);
  return {
    key: delta.key,
    sums,
    lastOffset: delta.lastOffset,
    newestMs: Math.max(held?.newestMs ?? delta.newestMs, delta.newestMs),
    oldestMs: Math.min(held?.oldestMs ?? delta.oldestMs, delta.oldestMs),
  };
}
