import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { openDatabase } from "../../src/support/sqlite.ts";

const BATCH = 5000;

type Row = Record<string, string | number | Uint8Array>;

/**
 * Copies the events of a store into an empty table of the same definition, with one prepared insert and a transaction
 * per batch, as durable as the store's own writes. Only the inserts are timed.
 */
export function rawInsert(from: string, to: string): { events: number; seconds: number; cpuSeconds: number } {
  for (const end of ["", "-wal", "-shm"]) rmSync(to + end, { force: true });
  const source = new Database(from, { readonly: true });
  const { sql } = source
    .query<{ sql: string }, []>("SELECT sql FROM sqlite_schema WHERE name = 'event'")
    .get()!;
  const names = source.query<{ name: string }, []>("SELECT name FROM pragma_table_info('event')").all();
  const columns = names.map(({ name }) => `"${name}"`).join(", ");
  const target = openDatabase(to);
  target.run(sql);
  const insert = target.prepare(`INSERT INTO event (${columns}) VALUES (${names.map(() => "?").join(", ")})`);
  const insertAll = target.transaction((rows: readonly Row[keyof Row][][]) => {
    for (const row of rows) insert.run(...row);
  });
  let events = 0;
  let seconds = 0;
  let cpuMicros = 0;
  const page = source.prepare<Row, [number, number]>(
    "SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
  );
  for (let last = 0; ; ) {
    const rows = page.all(last, BATCH);
    if (rows.length === 0) break;
    last = Number(rows.at(-1)!["seq"]);
    const values = rows.map((row) => Object.values(row));
    const cpu = process.cpuUsage();
    const start = performance.now();
    insertAll(values);
    seconds += (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    cpuMicros += user + system;
    events += rows.length;
  }
  source.close();
  target.close();
  return { events, seconds, cpuSeconds: cpuMicros / 1e6 };
}

if (import.meta.main) process.stdout.write(JSON.stringify(rawInsert(process.argv[2]!, process.argv[3]!)));
