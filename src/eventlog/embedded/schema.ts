import type { Database } from "bun:sqlite";

/** Raised only for a change that an older release could not work with. */
export const SCHEMA_VERSION = 1;
/** "ca3l" in ASCII: tells our file from any other SQLite file. */
export const APPLICATION_ID = 0x6361336c;

/**
 * A chunk's id is its partition's id times `OFFSETS` plus its first offset, so that one integer key finds any offset
 * and consecutive chunks of a partition are neighbours. 8,191 partitions of 2^40 records fit the integers that
 * JavaScript holds exactly.
 */
const OFFSETS = 2 ** 40;
export const MAX_PARTITIONS = 2 ** 53 / OFFSETS - 1;
export const chunkId = (partitionId: number, offset: number): number => partitionId * OFFSETS + offset;

const TABLES: readonly string[] = [
  `CREATE TABLE log (identity TEXT NOT NULL) STRICT`,
  `CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, retention_ms INTEGER) STRICT`,
  `CREATE TABLE partition (
     id INTEGER PRIMARY KEY CHECK (id <= ${MAX_PARTITIONS}), topic INTEGER NOT NULL, number INTEGER NOT NULL,
     start_offset INTEGER NOT NULL DEFAULT 0, end_offset INTEGER NOT NULL DEFAULT 0,
     bytes INTEGER NOT NULL DEFAULT 0, UNIQUE (topic, number)) STRICT`,
  `CREATE TABLE chunk (
     id INTEGER PRIMARY KEY, count INTEGER NOT NULL, appended_ms INTEGER NOT NULL, value_bytes INTEGER NOT NULL,
     keys TEXT, headers TEXT, packing INTEGER NOT NULL, checksum INTEGER NOT NULL, body BLOB NOT NULL) STRICT`,
  `CREATE TABLE once (
     topic INTEGER NOT NULL, id TEXT NOT NULL, appended_ms INTEGER NOT NULL,
     PRIMARY KEY (topic, id)) STRICT, WITHOUT ROWID`,
  `CREATE INDEX once_appended ON once (topic, appended_ms)`,
  `CREATE TABLE group_offset (
     "group" TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
     PRIMARY KEY ("group", partition)) STRICT, WITHOUT ROWID`,
];

export type FileState = "ours" | "empty" | "newer" | "foreign";

/** What an open database file is to this release. */
export function inspectFile(database: Database): FileState {
  const pragma = (name: string) => database.query(`PRAGMA ${name}`).values()[0]?.[0];
  if (pragma("application_id") === APPLICATION_ID)
    return (pragma("user_version") as number) > SCHEMA_VERSION ? "newer" : "ours";
  const tables = database.query("SELECT count(*) FROM sqlite_schema").values()[0]?.[0];
  return tables === 0 ? "empty" : "foreign";
}

/** Fills an empty file; `identity` names this log for ever. Call it inside a transaction. */
export function createTables(database: Database, identity: string): void {
  for (const table of TABLES) database.run(table);
  database.run("INSERT INTO log (identity) VALUES (?)", [identity]);
  database.run(`PRAGMA application_id=${APPLICATION_ID}`);
  database.run(`PRAGMA user_version=${SCHEMA_VERSION}`);
}
