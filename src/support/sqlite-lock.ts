import { Database, SQLiteError } from "bun:sqlite";
import { dirname } from "node:path";
import { Ca3Error } from "./errors.ts";

export type FileLock = {
  /** Lets the next one in. Idempotent. */
  release(): void;
};

/**
 * Takes the lock that the file `path` stands for, or returns nothing when another process, or this one, has it. The
 * operating system releases it when the process ends, however it ends. The file stays; it is empty and must not be
 * opened by anything else in the same process, because closing it would drop the lock (POSIX record locks).
 */
export function tryLock(path: string): FileLock | undefined {
  let database: Database | undefined;
  try {
    database = new Database(path, { readwrite: true, create: true });
    database.run("PRAGMA busy_timeout=0");
    database.run("PRAGMA journal_mode=MEMORY");
    database.run("BEGIN EXCLUSIVE");
    return hold(database);
  } catch (error) {
    database?.close();
    if (!(error instanceof SQLiteError)) throw error;
    if (error.code?.startsWith("SQLITE_BUSY")) return undefined;
    const hint = `ls -la ${dirname(path)}`;
    throw new Ca3Error("CA3_FILE", `cannot lock ${path} (${error.code})`, { hint, cause: error });
  }
}

/** Keeps the connections of held locks from being collected, which would close them. */
const held = new Set<Database>();

function hold(database: Database): FileLock {
  held.add(database);
  return {
    release() {
      if (held.delete(database)) database.close();
    },
  };
}
