import type { Database } from "bun:sqlite";
import { DIMENSIONS, SUMS } from "../../telemetry/rollup.ts";

/** Raised only for a change that an older release could not work with; a new sum is not one. */
export const SCHEMA_VERSION = 1;
/** "ca3s" in ASCII: tells our file from any other SQLite file. */
export const APPLICATION_ID = 0x63613373;

/** Counts of requests by time, encoded; one byte in the rollups that have none, which are most. */
export const LATENCY_COLUMN = "latency";

const columns = (names: readonly string[], type: string) =>
  names.map((name) => `"${name}" ${type}`).join(", ");

/**
 * Events sit in the order they arrive, so a batch is written to the end of the file; their ids are in an index of
 * their own. A segment is a run of neighbouring events with the soonest expiry among them: that costs a row per
 * segment, where an index on the expiry would cost a fifth of the insert rate (see `bench/store.ts`).
 *
 * Rollups are clustered by time, because both the writes of the moment and every query are about a span of time.
 * STRICT makes SQLite refuse a sum that left the range of 64-bit integers instead of rounding it.
 */
const TABLES: readonly string[] = [
  `CREATE TABLE origin (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT`,
  `CREATE TABLE event (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, ts_ms INTEGER NOT NULL,
     origin INTEGER NOT NULL, "offset" INTEGER NOT NULL, expires_ms INTEGER NOT NULL, body BLOB NOT NULL) STRICT`,
  `CREATE TABLE event_segment (no INTEGER PRIMARY KEY, soonest_ms INTEGER NOT NULL) STRICT`,
  `CREATE INDEX event_segment_soonest ON event_segment (soonest_ms)`,
  `CREATE TABLE series (
     id INTEGER PRIMARY KEY, kind TEXT NOT NULL, origin TEXT NOT NULL, ${columns(DIMENSIONS, "TEXT NOT NULL")},
     UNIQUE (kind, origin, ${DIMENSIONS.join(", ")})) STRICT`,
  `CREATE TABLE rollup (
     resolution_s INTEGER NOT NULL, bucket_ms INTEGER NOT NULL, series INTEGER NOT NULL,
     last_offset INTEGER NOT NULL, newest_ms INTEGER NOT NULL, oldest_ms INTEGER NOT NULL,
     ${columns(SUMS, "INTEGER NOT NULL DEFAULT 0")}, ${LATENCY_COLUMN} TEXT,
     PRIMARY KEY (resolution_s, bucket_ms, series)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE freshness (
     kind TEXT PRIMARY KEY, newest_ms INTEGER NOT NULL, oldest_ms INTEGER NOT NULL, events INTEGER NOT NULL) STRICT`,
  `CREATE TABLE latest (
     kind TEXT NOT NULL, subject TEXT NOT NULL, ts_ms INTEGER NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (kind, subject)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE dead_letter (
     id TEXT PRIMARY KEY, origin TEXT NOT NULL, "offset" INTEGER NOT NULL, topic TEXT NOT NULL, "key" TEXT,
     value BLOB NOT NULL, headers TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
     appended_ms INTEGER NOT NULL, state TEXT NOT NULL) STRICT`,
  `CREATE INDEX dead_letter_state ON dead_letter (state, reason)`,
];

/** Names of the columns that rollups have in this file; an older file that is only read may lack the newest sums. */
export function sumColumns(database: Database): ReadonlySet<string> {
  const names = database.query<{ name: string }, []>("SELECT name FROM pragma_table_info('rollup')").all();
  return new Set(names.map((row) => row.name));
}

/** Makes an empty file ours. Call inside a transaction. */
export function createTables(database: Database): void {
  for (const statement of TABLES) database.run(statement);
  database.run(`PRAGMA application_id=${APPLICATION_ID}`);
  database.run(`PRAGMA user_version=${SCHEMA_VERSION}`);
}

/** Gives the file a column for every sum that this release knows and the one that made the file did not. */
export function addMissingSums(database: Database): void {
  const present = sumColumns(database);
  for (const name of SUMS)
    if (!present.has(name))
      database.run(`ALTER TABLE rollup ADD COLUMN "${name}" INTEGER NOT NULL DEFAULT 0`);
  if (!present.has(LATENCY_COLUMN)) database.run(`ALTER TABLE rollup ADD COLUMN ${LATENCY_COLUMN} TEXT`);
}

export type FileState = "empty" | "ours" | "newer" | "foreign";

/** What kind of file this is, by its header and tables. */
export function inspectFile(database: Database): FileState {
  const number = (sql: string) => Number(Object.values(database.query(sql).get() as object)[0]);
  const tables = number("SELECT count(*) FROM sqlite_schema");
  if (number("PRAGMA application_id") === APPLICATION_ID)
    return number("PRAGMA user_version") > SCHEMA_VERSION ? "newer" : "ours";
  return tables === 0 ? "empty" : "foreign";
}
