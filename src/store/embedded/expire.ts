import { type ResolutionS, rollupAgeFromMs } from "../../telemetry/rollup.ts";
import type { Touched } from "./apply-rollups.ts";
import type { Connection } from "./connection.ts";
import { readFreshness } from "./freshness.ts";
import { lazily } from "./interning.ts";
import { SEGMENT_EVENTS } from "./segments.ts";

/** How long rollups are kept after their bucket ended, ms; a width without an entry is kept for ever. Age counts from `rollupAgeFromMs`. */
export type RollupRetention = Readonly<Partial<Record<ResolutionS, number>>>;

/**
 * How long one transaction may delete before other work gets a turn, ms; committing it takes about twice as long again,
 * so nobody waits for more than 20 ms (measured by `bench/store.ts`).
 */
const SLICE_MS = 2;
/** How long one call goes on before it reports back, ms. */
const CALL_MS = 500;

/** Deletes what has expired, a slice at a time, and says how much went; 0 when there is nothing left to delete. */
export function createExpiry(connection: Connection, retention: RollupRetention, touched: Touched) {
  const { database } = connection;
  const statements = lazily(() => ({
    due: database.prepare<{ no: number }, [number]>(
      "SELECT no FROM event_segment WHERE soonest_ms <= ? ORDER BY soonest_ms LIMIT 1",
    ),
    drop: database.prepare<void, number[]>(
      "DELETE FROM event WHERE seq >= ? AND seq < ? AND expires_ms <= ?",
    ),
    soonest: database.prepare<{ ms: number | null }, number[]>(
      "SELECT min(expires_ms) AS ms FROM event WHERE seq >= ? AND seq < ?",
    ),
    defer: database.prepare<void, number[]>("UPDATE event_segment SET soonest_ms = ? WHERE no = ?"),
    forget: database.prepare<void, number[]>("DELETE FROM event_segment WHERE no = ?"),
    oldest: database.prepare<{ ms: number | null }, number[]>(
      "SELECT min(bucket_ms) AS ms FROM rollup WHERE resolution_s = ?",
    ),
    dropBucket: database.prepare<void, number[]>(
      "DELETE FROM rollup WHERE resolution_s = ? AND bucket_ms = ?",
    ),
  }));

  const expireSegment = (nowMs: number): number => {
    const { due, drop, soonest, defer, forget } = statements();
    const no = due.get(nowMs)?.no;
    if (no === undefined) return 0;
    const range = [no * SEGMENT_EVENTS, (no + 1) * SEGMENT_EVENTS];
    const gone = drop.run(...range, nowMs).changes;
    const left = soonest.get(...range)?.ms ?? null;
    if (left === null) forget.run(no);
    else defer.run(left, no);
    return gone;
  };

  const expireBucket = (resolutionS: number, keptMs: number, nowMs: number): number => {
    const { oldest, dropBucket } = statements();
    const bucketMs = oldest.get(resolutionS)?.ms ?? null;
    if (bucketMs === null || bucketMs + resolutionS * 1000 + keptMs > nowMs) return 0;
    touched(resolutionS, bucketMs);
    return dropBucket.run(resolutionS, bucketMs).changes;
  };

  /** Rollups come first: they are few, and a backlog of events must not keep them waiting for ever. */
  const step = (nowMs: number, ageFromMs: number): number => {
    for (const [resolutionS, keptMs] of Object.entries(retention)) {
      const gone = expireBucket(Number(resolutionS), keptMs, ageFromMs);
      if (gone > 0) return gone;
    }
    return expireSegment(nowMs);
  };

  const slice = (nowMs: number): number => {
    const ageFromMs = rollupAgeFromMs(nowMs, readFreshness(connection));
    const endMs = performance.now() + SLICE_MS;
    let gone = 0;
    for (;;) {
      const more = step(nowMs, ageFromMs);
      if (more === 0) break;
      gone += more;
      if (performance.now() >= endMs) break;
    }
    return gone;
  };

  return async (nowMs: number): Promise<number> => {
    const endMs = performance.now() + CALL_MS;
    let total = 0;
    for (;;) {
      const gone = await connection.write(() => slice(nowMs));
      total += gone;
      if (gone === 0 || performance.now() >= endMs) return total;
      await new Promise(setImmediate);
    }
  };
}
