import type { InsertOutcome, Position, StoredEvent } from "../port.ts";
import type { Connection } from "./connection.ts";
import { createOriginInterner, lazily } from "./interning.ts";
import { SEGMENT_EVENTS } from "./segments.ts";

/** Larger events are refused, so that every store takes the same ones; it is what one MongoDB document may hold. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024 - 16 * 1024;

const encoder = new TextEncoder();

/** Inserts a batch in one transaction; who was there before is found by the insert itself. */
export function createEventWriter(connection: Connection) {
  const { database } = connection;
  const originId = createOriginInterner(connection);
  const statements = lazily(() => ({
    insert: database.prepare<void, (string | number | Uint8Array)[]>(
      `INSERT INTO event (id, kind, ts_ms, origin, "offset", expires_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    ),
    stored: database.prepare<Position, [string]>(
      `SELECT origin.name AS origin, event."offset" AS "offset" FROM event
       JOIN origin ON origin.id = event.origin WHERE event.id = ?`,
    ),
    segment: database.prepare<void, [number, number]>(
      `INSERT INTO event_segment (no, soonest_ms) VALUES (?, ?)
       ON CONFLICT (no) DO UPDATE SET soonest_ms = min(soonest_ms, excluded.soonest_ms)`,
    ),
  }));

  const insertAll = (events: readonly StoredEvent[]): InsertOutcome => {
    const { insert, stored, segment } = statements();
    const duplicates = new Map<number, Position>();
    const refused = new Map<number, string>();
    const soonest = new Map<number, number>();
    for (const [index, item] of events.entries()) {
      const body = item.json ?? encoder.encode(JSON.stringify(item.event));
      const reason = refusal(item, body);
      if (reason !== undefined) {
        refused.set(index, reason);
        continue;
      }
      const id = item.event.event_id;
      const origin = originId(item.origin);
      const done = insert.run(id, item.kind, item.tsMs, origin, item.offset, item.expiresMs, body);
      if (done.changes === 0) duplicates.set(index, stored.get(id)!);
      else {
        const no = Math.floor(Number(done.lastInsertRowid) / SEGMENT_EVENTS);
        soonest.set(no, Math.min(soonest.get(no) ?? item.expiresMs, item.expiresMs));
      }
    }
    for (const [no, expiresMs] of soonest) segment.run(no, expiresMs);
    return { duplicates, refused };
  };
  return async (events: readonly StoredEvent[]): Promise<InsertOutcome> =>
    events.length === 0
      ? { duplicates: new Map(), refused: new Map() }
      : await connection.write(() => insertAll(events));
}

/** Why this event can never be stored, whatever the state of the store; nothing when it can. */
function refusal(item: StoredEvent, body: Uint8Array): string | undefined {
  if (body.byteLength > MAX_EVENT_BYTES)
    return `the event has ${body.byteLength} bytes, at most ${MAX_EVENT_BYTES} can be stored`;
  for (const name of ["tsMs", "expiresMs", "offset"] as const)
    if (!Number.isSafeInteger(item[name])) return `${name} is ${item[name]}, which is not a whole number`;
  return undefined;
}
