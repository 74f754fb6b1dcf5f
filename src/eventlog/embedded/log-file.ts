import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { Ca3Error } from "../../support/errors.ts";
import type { Statements } from "../../support/sqlite.ts";
import { openDatabase, sqliteGuard, statementsOf } from "../../support/sqlite.ts";
import { patiently } from "../../support/sqlite-patience.ts";
import { createTables, inspectFile } from "./schema.ts";

export type LogFileOptions = {
  /** Upper bound of the file in pages of 4 KiB; beyond it appends fail as they do on a full disk. */
  readonly maxPages?: number;
  /** How long a write waits for another process that is writing, ms. */
  readonly lockWaitMs?: number;
};

/** One open log file. */
export type LogFile = Pick<Statements, "prepare"> & {
  readonly path: string;
  readonly identity: string;
  /** Runs `fn` unless the log is closed, with SQLite's errors turned into ours. */
  use<T>(fn: () => T): T;
  /**
   * Runs `fn` in one transaction, which leaves no trace when it throws. `durable`: it survives a power cut once this
   * returns; `lazy`: it survives the death of the process, and a power cut a little later.
   */
  write<T>(fn: () => T, durability?: "durable" | "lazy"): T;
  /** `write`, tried again while another process holds the lock, without blocking the thread meanwhile. */
  writePatiently<T>(fn: () => T, durability?: "durable" | "lazy"): Promise<T>;
  /** Throws unless the file is still the one at `path`: what is written to a deleted file is lost. */
  checkPlace(): void;
  close(): void;
};

/** Measured: with compressed chunks small pages win, because each partition's newest page is written at every append. */
const PAGE_BYTES = 4096;
/** Appends touch the ends of partitions and readers read each chunk once, so there is little to remember. */
const CACHE_KIB = 2048;
const LOCK_WAIT_MS = 5000;
/** Wait inside SQLite, which blocks the thread; other writers are done within milliseconds. */
const BLOCKING_WAIT_MS = 50;

/**
 * Opens or creates the file. Throws CA3_DATA_CORRUPT, CA3_DATA_NEWER, CA3_FILE, or an outage when it is locked for
 * too long.
 */
export function openLogFile(path: string, options: LogFileOptions = {}): LogFile {
  const { lockWaitMs = LOCK_WAIT_MS, ...limits } = options;
  const guard = <T>(fn: () => T) => sqliteGuard("log", path, fn);
  const database = guard(() =>
    openDatabase(path, { ...limits, pageBytes: PAGE_BYTES, cacheKiB: CACHE_KIB, busyTimeoutMs: lockWaitMs }),
  );
  const statements = statementsOf(database);
  let open = true;

  const use = <T>(fn: () => T): T => {
    if (!open) throw new Ca3Error("CA3_LOG_UNAVAILABLE", `the event log ${path} is closed`);
    return guard(fn);
  };
  const transaction = <T>(fn: () => T, durability = "durable"): T => {
    if (durability === "lazy") database.run("PRAGMA synchronous=NORMAL");
    try {
      database.run("BEGIN IMMEDIATE");
      const result = fn();
      database.run("COMMIT");
      return result;
    } finally {
      if (database.inTransaction) database.run("ROLLBACK");
      if (durability === "lazy") database.run("PRAGMA synchronous=FULL");
    }
  };
  try {
    const identity = guard(() => {
      const state = inspectFile(database);
      refuseUnlessOurs(path, state);
      if (state === "empty") transaction(() => createOnce(database));
      database.run(`PRAGMA busy_timeout=${Math.min(lockWaitMs, BLOCKING_WAIT_MS)}`);
      return database.query<{ identity: string }, []>("SELECT identity FROM log").get()!.identity;
    });
    const inode = statSync(path).ino;
    return {
      path,
      identity,
      prepare: (sql) => guard(() => statements.prepare(sql)),
      use,
      write: (fn, durability) => use(() => transaction(fn, durability)),
      writePatiently: (fn, durability) =>
        patiently({ waitMs: lockWaitMs, blockedMs: BLOCKING_WAIT_MS }, () =>
          use(() => transaction(fn, durability)),
        ),
      checkPlace() {
        if (statSync(path, { throwIfNoEntry: false })?.ino === inode) return;
        throw new Ca3Error("CA3_LOG_UNAVAILABLE", `the event log ${path} was deleted or replaced`, {
          hint: "start ca3 again",
        });
      },
      close() {
        if (open) statements.close();
        open = false;
      },
    };
  } catch (error) {
    statements.close();
    throw error;
  }
}

/** Another process may have been quicker, so look again inside the transaction. */
function createOnce(database: Database): void {
  if (inspectFile(database) === "empty") createTables(database, crypto.randomUUID());
}

function refuseUnlessOurs(path: string, state: ReturnType<typeof inspectFile>): void {
  if (state === "newer")
    throw new Ca3Error("CA3_DATA_NEWER", `the event log ${path} was written by a newer release of ca3`, {
      hint: "ca3 version",
    });
  if (state === "foreign")
    throw new Ca3Error("CA3_DATA_CORRUPT", `${path} is a database, but not an event log of ca3`, {
      hint: "restore it from a copy, or start over with --fresh",
    });
}
