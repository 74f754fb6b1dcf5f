import type { EventKind } from "../../telemetry/topics.ts";
import type { ScanFilter, StoredEvent } from "../port.ts";
import type { Connection } from "./connection.ts";

/** What one step of a scan looks at and keeps at most; between steps other work runs, and no lock is held. */
const STEP_EVENTS = 500;
const STEP_BYTES = 4 * 1024 * 1024;

type Row = {
  id: string;
  kind: EventKind;
  tsMs: number;
  origin: string;
  offset: number;
  expiresMs: number;
  /** Absent when the filter does not want this event. */
  body: Uint8Array | null;
};
type Bounds = [after: string, kind: string | null, fromMs: number | null, toMs: number | null];
/** With the ids as JSON. */
type Parameters = Bounds | [...Bounds, ids: string];

const sql = (among = "") => `
  SELECT event.id AS id, kind, ts_ms AS tsMs, origin.name AS origin, "offset", expires_ms AS expiresMs,
    CASE WHEN (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR ts_ms >= ?3) AND (?4 IS NULL OR ts_ms < ?4)
      THEN body END AS body
  FROM event JOIN origin ON origin.id = event.origin
  WHERE event.id > ?1 ${among} ORDER BY event.id LIMIT ${STEP_EVENTS}`;
const ALL = sql();
const SOME = sql("AND event.id IN (SELECT value FROM json_each(?5))");

/** All events in order of id. Those that arrive or expire during the scan may or may not be in it. */
export async function* scanEvents(connection: Connection, filter: ScanFilter): AsyncGenerator<StoredEvent> {
  const decoder = new TextDecoder();
  const { kind = null, fromMs = null, toMs = null, ids } = filter;
  let after = "";
  for (;;) {
    const bounds: Bounds = [after, kind, fromMs, toMs];
    const wanted: Parameters = ids === undefined ? bounds : [...bounds, JSON.stringify(ids)];
    const rows = connection.use(() => step(connection, wanted));
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const { id: _, body, ...rest } of rows)
      if (body) yield { ...rest, event: JSON.parse(decoder.decode(body)) as StoredEvent["event"] };
    after = last.id;
    await new Promise(setImmediate);
  }
}

function step(connection: Connection, wanted: Parameters): Row[] {
  const rows: Row[] = [];
  let bytes = 0;
  const query = connection.database.query<Row, Parameters>(wanted.length > 4 ? SOME : ALL);
  for (const row of query.iterate(...wanted)) {
    rows.push(row);
    bytes += row.body?.byteLength ?? 0;
    if (bytes >= STEP_BYTES) break;
  }
  return rows;
}
