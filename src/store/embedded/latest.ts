import type { EventKind } from "../../telemetry/topics.ts";
import type { LatestEvent } from "../port.ts";
import type { Connection } from "./connection.ts";
import { lazily } from "./interning.ts";

type Row = { kind: EventKind; subject: string; tsMs: number; body: string };

/** Keeps the newest event per subject, inside the caller's transaction; of two with the same time the first stays. */
export function createLatestWriter(connection: Connection) {
  const upsert = lazily(() =>
    connection.database.prepare<void, [string, string, number, string]>(
      `INSERT INTO latest (kind, subject, ts_ms, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, subject) DO UPDATE SET ts_ms = excluded.ts_ms, body = excluded.body
       WHERE excluded.ts_ms > ts_ms`,
    ),
  );
  return (events: readonly LatestEvent[]): void => {
    for (const { kind, subject, tsMs, event } of newestOf(events))
      upsert().run(kind, subject, tsMs, JSON.stringify(event));
  };
}

/** The winners within one call, so that only they are written as JSON. */
function newestOf(events: readonly LatestEvent[]): Iterable<LatestEvent> {
  const newest = new Map<string, LatestEvent>();
  for (const item of events) {
    const key = `${item.kind}/${item.subject}`;
    const seen = newest.get(key);
    if (seen === undefined || item.tsMs > seen.tsMs) newest.set(key, item);
  }
  return newest.values();
}

export function readLatest(connection: Connection, kind: EventKind): LatestEvent[] {
  const sql = `SELECT kind, subject, ts_ms AS tsMs, body FROM latest WHERE kind = ? ORDER BY subject`;
  const rows = connection.use(() => connection.database.query<Row, [string]>(sql).all(kind));
  return rows.map(({ body, ...rest }) => ({ ...rest, event: JSON.parse(body) as LatestEvent["event"] }));
}
