import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { Ca3Error } from "../../support/errors.ts";
import { sqliteGuard } from "../../support/sqlite.ts";
import { patiently } from "../../support/sqlite-patience.ts";
import { openFile } from "./open-file.ts";

export type ConnectionOptions = {
  readonly readonly?: boolean;
  readonly maxPages?: number;
  readonly lockWaitMs?: number;
};

/** One open store file. */
export type Connection = {
  readonly database: Database;
  /** Runs `fn` unless the store is closed, with SQLite's errors turned into ours. */
  use<T>(fn: () => T): T;
  /**
   * Runs `fn` in one transaction that is durable when this resolves and leaves no trace when it rejects. While another
   * process writes it waits without blocking the thread, and runs `fn` again.
   */
  write<T>(fn: () => T): Promise<T>;
  /** Called after a transaction failed: what was remembered from inside it is not true. */
  onRollback(forget: () => void): void;
  /** Throws unless the file is still the one at its path: what is written to a deleted file is lost. */
  checkPlace(): void;
  close(): void;
};

/** How long a write waits for another process, ms; the part of it that blocks the thread is far shorter. */
const LOCK_WAIT_MS = 5000;
const BLOCKING_WAIT_MS = 50;

/** Opens a store file; see `openFile` for what it may throw. */
export function connect(path: string, options: ConnectionOptions): Connection {
  const { lockWaitMs = LOCK_WAIT_MS, ...fileOptions } = options;
  const database = sqliteGuard("store", path, () =>
    openFile(path, { ...fileOptions, busyTimeoutMs: lockWaitMs }),
  );
  database.run(`PRAGMA busy_timeout=${Math.min(lockWaitMs, BLOCKING_WAIT_MS)}`);
  const inode = statSync(path).ino;
  const transaction = database.transaction((fn: () => unknown) => fn());
  const forgets: (() => void)[] = [];
  let open = true;
  const use = <T>(fn: () => T): T => {
    if (!open) throw new Ca3Error("CA3_STORE_UNAVAILABLE", `the store ${path} is closed`);
    return sqliteGuard("store", path, fn);
  };
  const checkPlace = () => {
    if (statSync(path, { throwIfNoEntry: false })?.ino === inode) return;
    throw new Ca3Error("CA3_STORE_UNAVAILABLE", `the store ${path} was deleted or replaced`, {
      hint: "start ca3 again",
    });
  };
  const writeNow = <T>(fn: () => T): T => {
    try {
      return use(() => {
        checkPlace();
        return transaction.immediate(fn) as T;
      });
    } catch (error) {
      for (const forget of forgets) forget();
      throw error;
    }
  };
  return {
    database,
    use,
    write: (fn) => patiently({ waitMs: lockWaitMs, blockedMs: BLOCKING_WAIT_MS }, () => writeNow(fn)),
    onRollback: (forget) => forgets.push(forget),
    checkPlace,
    close() {
      if (open) database.close(true);
      open = false;
    },
  };
}
