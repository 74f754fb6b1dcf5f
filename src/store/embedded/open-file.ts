import { constants, Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Ca3Error } from "../../support/errors.ts";
import type { DatabaseOptions } from "../../support/sqlite.ts";
import { openDatabase } from "../../support/sqlite.ts";
import { addMissingSums, createTables, inspectFile } from "./schema.ts";

/**
 * Smaller than for the log, because the store shares its thread with the API: the commit that moves this much into the
 * file takes about ten milliseconds, which is a stall that nobody sees.
 */
const CHECKPOINT_KIB = 4096;
/** Inserts touch the ends of the file and of its index; what queries read twice, the memo and the system remember. */
const CACHE_KIB = 4096;

/**
 * Opens the file and makes sure that it is a store of ours; a writer makes or completes its tables. An existing file is
 * looked at before it is opened to write, because that already changes it.
 */
export function openFile(path: string, options: DatabaseOptions): Database {
  if (options.readonly) return checked(path, openToRead(path, options), true);
  if (hasBytes(path)) checked(path, openToRead(path, options), false).close();
  const database = openDatabase(path, { checkpointKiB: CHECKPOINT_KIB, cacheKiB: CACHE_KIB, ...options });
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checked(path: string, database: Database, readonly: boolean): Database {
  try {
    const refusal = refuse(path, database, readonly);
    if (refusal) throw refusal;
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A second process may prepare the same file at the same moment, so look again once the lock is held. */
function prepare(database: Database): void {
  database
    .transaction(() => {
      if (inspectFile(database) === "empty") createTables(database);
      addMissingSums(database);
    })
    .immediate();
}

function refuse(path: string, database: Database, readonly: boolean): Ca3Error | undefined {
  const state = inspectFile(database);
  if (state === "newer")
    return new Ca3Error("CA3_DATA_NEWER", `the store ${path} was written by a newer release of ca3`, {
      hint: "ca3 version",
    });
  if (state === "empty" && readonly)
    return new Ca3Error("CA3_FILE", `the store ${path} is empty`, { hint: "ca3 up" });
  if (state === "foreign")
    return new Ca3Error("CA3_DATA_CORRUPT", `${path} is a database, but not a store of ca3`, {
      hint: "restore it from a copy, or start over with --fresh",
    });
  return undefined;
}

/**
 * A reader of a WAL file needs the two files beside it, and cannot make them in a folder that it may not write to. A
 * store that was closed cleanly has all its data in the one file, which can then be read as it is.
 */
function openToRead(path: string, options: DatabaseOptions): Database {
  try {
    return openDatabase(path, { ...options, readonly: true });
  } catch (error) {
    if (!existsSync(path) || hasBytes(`${path}-wal`)) throw error;
    const url = `${pathToFileURL(path).href}?immutable=1`;
    const database = new Database(url, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);
    try {
      database.query("PRAGMA schema_version").get();
      return database;
    } catch {
      database.close();
      throw error;
    }
  }
}

function hasBytes(path: string): boolean {
  try {
    return statSync(path).size > 0;
  } catch {
    return false;
  }
}
