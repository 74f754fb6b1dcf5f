import type { InsertOutcome, Position, StoredEvent } from "../port.ts";
import type { Connection } from "./connection.ts";
import { createOriginInterner, lazily } from "./interning.ts";
import { SEGMENT_EVENTS } from "./segments.ts";

/** Larger events are refused, so that every store takes the same ones; it is what one MongoDB document may hold. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024 - 16 * 1024;

/**
 * Rows that one statement inserts: each size is used while as many are left. A statement of 64 rows takes three quarters
 * of the time of 64 statements of one; more rows gain nothing.
 */
const SIZES = [64, 8, 1] as const;

type Value = string | number | Uint8Array;
type Row = { readonly index: number; readonly item: StoredEvent; readonly body: Uint8Array };

const encoder = new TextEncoder();

/** Inserts events inside the caller's transaction; who was there before is found by the insert itself. */
export function createEventWriter(connection: Connection): (events: readonly StoredEvent[]) => InsertOutcome {
  const { database } = connection;
  const originId = createOriginInterner(connection);
  const statements = lazily(() => ({
    insert: SIZES.map((rows) => database.prepare<void, Value[]>(insertStatement(rows))),
    stored: database.prepare<Position & { seq: number }, [string]>(
      `SELECT seq, origin.name AS origin, event."offset" AS "offset" FROM event
       JOIN origin ON origin.id = event.origin WHERE event.id = ?`,
    ),
    segment: database.prepare<void, [number, number]>(
      `INSERT INTO event_segment (no, soonest_ms) VALUES (?, ?)
       ON CONFLICT (no) DO UPDATE SET soonest_ms = min(soonest_ms, excluded.soonest_ms)`,
    ),
  }));

  /** Inserts rows with one statement and tells where each new one is, and what was there in place of the others. */
  const insertRows = (
    rows: readonly Row[],
    size: number,
    placed: (item: StoredEvent, seq: number) => void,
    duplicate: (index: number, held: Position) => void,
  ): void => {
    const { insert, stored } = statements();
    const values: Value[] = [];
    for (const { item, body } of rows) {
      const { event, kind, tsMs, origin, offset, expiresMs } = item;
      values.push(event.event_id, kind, tsMs, originId(origin), offset, expiresMs, body);
    }
    const { changes, lastInsertRowid } = insert[size]!.run(...values);
    const firstNew = Number(lastInsertRowid) - changes + 1;
    if (changes === rows.length)
      for (let at = 0; at < rows.length; at++) placed(rows[at]!.item, firstNew + at);
    else
      for (const { index, item } of rows) {
        const { seq, ...held } = stored.get(item.event.event_id)!;
        if (changes > 0 && seq >= firstNew) placed(item, seq);
        else duplicate(index, held);
      }
  };

  return (events) => {
    const duplicates = new Map<number, Position>();
    const refused = new Map<number, string>();
    const soonest = new Map<number, number>();
    const rows: Row[] = [];
    for (let index = 0; index < events.length; index++) {
      const item = events[index]!;
      const body = item.json ?? encoder.encode(JSON.stringify(item.event));
      const reason = refusal(item, body);
      if (reason === undefined) rows.push({ index, item, body });
      else refused.set(index, reason);
    }
    const placed = ({ expiresMs }: StoredEvent, seq: number) => {
      const no = Math.floor(seq / SEGMENT_EVENTS);
      soonest.set(no, Math.min(soonest.get(no) ?? expiresMs, expiresMs));
    };
    for (let at = 0; at < rows.length; ) {
      const size = SIZES.findIndex((count) => count <= rows.length - at);
      const some = rows.slice(at, at + SIZES[size]!);
      insertRows(some, size, placed, (index, held) => duplicates.set(index, held));
      at += some.length;
    }
    for (const [no, expiresMs] of soonest) statements().segment.run(no, expiresMs);
    return { duplicates, refused };
  };
}

const insertStatement = (rows: number): string => `
  INSERT INTO event (id, kind, ts_ms, origin, "offset", expires_ms, body)
  VALUES ${Array(rows).fill("(?, ?, ?, ?, ?, ?, ?)").join(", ")} ON CONFLICT (id) DO NOTHING`;

/** Why this event can never be stored, whatever the state of the store; nothing when it can. */
function refusal(item: StoredEvent, body: Uint8Array): string | undefined {
  if (body.byteLength > MAX_EVENT_BYTES)
    return `the event has ${body.byteLength} bytes, at most ${MAX_EVENT_BYTES} can be stored`;
  for (const name of ["tsMs", "expiresMs", "offset"] as const)
    if (!Number.isSafeInteger(item[name])) return `${name} is ${item[name]}, which is not a whole number`;
  return undefined;
}
