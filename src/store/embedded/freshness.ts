import type { EventKind } from "../../telemetry/topics.ts";
import type { Freshness, RollupDelta } from "../port.ts";
import type { Connection } from "./connection.ts";
import { lazily } from "./interning.ts";

/** The width whose rollups never expire, and which holds every event once. */
const COUNTED_RESOLUTION_S = 3600;

/** Keeps one row per kind beside the hour rollups, so that nobody has to read them all for it. */
export function createFreshnessWriter(connection: Connection) {
  const pending = new Map<EventKind, { newestMs: number; oldestMs: number; events: number }>();
  connection.onRollback(() => pending.clear());
  const upsert = lazily(() =>
    connection.database.prepare<void, [string, number, number, number]>(
      `INSERT INTO freshness (kind, newest_ms, oldest_ms, events) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind) DO UPDATE SET newest_ms = max(newest_ms, excluded.newest_ms),
         oldest_ms = min(oldest_ms, excluded.oldest_ms), events = events + excluded.events`,
    ),
  );
  return {
    /** Takes note of what was added to a rollup. */
    note({ key, newestMs, oldestMs, sums }: RollupDelta): void {
      if (key.resolutionS !== COUNTED_RESOLUTION_S) return;
      const seen = pending.get(key.kind) ?? { newestMs, oldestMs, events: 0 };
      pending.set(key.kind, {
        newestMs: Math.max(seen.newestMs, newestMs),
        oldestMs: Math.min(seen.oldestMs, oldestMs),
        events: seen.events + sums.events,
      });
    },
    /** Writes the notes; in the same transaction as the rollups. */
    flush(): void {
      for (const [kind, seen] of pending) upsert().run(kind, seen.newestMs, seen.oldestMs, seen.events);
      pending.clear();
    },
  };
}

export function readFreshness(connection: Connection): Freshness[] {
  const sql = `SELECT kind, newest_ms AS newestMs, oldest_ms AS oldestMs, events FROM freshness ORDER BY kind`;
  return connection.use(() => connection.database.query<Freshness, []>(sql).all());
}
