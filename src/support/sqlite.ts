import { Database, SQLiteError, type Statement } from "bun:sqlite";
import { dirname } from "node:path";
import { Ca3Error } from "./errors.ts";

export type DatabaseOptions = {
  /** Opens without the right to write; the file must exist. */
  readonly readonly?: boolean;
  /** Bytes per page; only a file that does not exist yet takes it. */
  readonly pageBytes?: number;
  /** Upper bound of the page cache of this connection, KiB. */
  readonly cacheKiB?: number;
  /** Size of the write-ahead log, KiB, at which a commit moves it into the file. */
  readonly checkpointKiB?: number;
  /** Upper bound of the file, in pages; beyond it a write fails as it does on a full disk. */
  readonly maxPages?: number;
  /** How long a call waits for a lock that another connection holds, ms. It blocks the thread, so keep it short. */
  readonly busyTimeoutMs?: number;
};

const PAGE_BYTES = 8192;
const CACHE_KIB = 8192;
const CHECKPOINT_KIB = 16_384;
const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens a SQLite file in WAL mode with `synchronous=FULL`: a commit that returned survives a power cut, readers never
 * wait for a writer, and several processes may use the file. Throws SQLite's own error; call it inside `sqliteGuard`.
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  const mode = options.readonly ? { readonly: true } : { readwrite: true, create: true };
  const database = new Database(path, { strict: true, ...mode });
  try {
    const pragma = (text: string) => database.run(`PRAGMA ${text}`);
    pragma(`busy_timeout=${options.busyTimeoutMs ?? BUSY_TIMEOUT_MS}`);
    pragma(`cache_size=-${options.cacheKiB ?? CACHE_KIB}`);
    if (options.readonly) {
      database.query("PRAGMA schema_version").get();
      return database;
    }
    const pageBytes = options.pageBytes ?? PAGE_BYTES;
    pragma(`page_size=${pageBytes}`);
    pragma("journal_mode=WAL");
    pragma("synchronous=FULL");
    pragma("temp_store=MEMORY");
    const checkpointKiB = options.checkpointKiB ?? CHECKPOINT_KIB;
    pragma(`wal_autocheckpoint=${Math.max(1, Math.round((checkpointKiB * 1024) / pageBytes))}`);
    pragma(`journal_size_limit=${checkpointKiB * 1024}`);
    if (options.maxPages !== undefined) pragma(`max_page_count=${options.maxPages}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export type Statements = {
  /** A statement that stays prepared until `close`. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller names the row and parameter types
  prepare<Row, Params extends any[] = any[]>(sql: string): Statement<Row, Params>;
  /** Ends all statements and closes the database. Without the first SQLite keeps the file open and its WAL on disk. */
  close(): void;
};

/** Keeps account of prepared statements, so that closing the database really closes the file. */
export function statementsOf(database: Database): Statements {
  const all: Pick<Statement, "finalize">[] = [];
  return {
    // biome-ignore lint/suspicious/noExplicitAny: the caller names the row and parameter types
    prepare<Row, Params extends any[]>(sql: string) {
      const statement = database.prepare<Row, Params>(sql);
      all.push(statement);
      return statement;
    },
    close() {
      for (const statement of all.splice(0)) statement.finalize();
      database.close();
    },
  };
}

/** Which part of the product a file belongs to; decides between CA3_LOG_UNAVAILABLE and CA3_STORE_UNAVAILABLE. */
export type DatabaseKind = "log" | "store";

/**
 * Runs `fn` and turns SQLite's errors into ours, naming `path`: no room, no right to write, a failed read or write and
 * a lock that stays taken are outages; a damaged or foreign file is CA3_DATA_CORRUPT; a path that cannot be opened is
 * CA3_FILE. Every other error passes through. An asynchronous `fn` is guarded until its promise settles.
 */
export function sqliteGuard<T>(kind: DatabaseKind, path: string, fn: () => T): T {
  const translated = (error: unknown) => sqliteFailure(kind, path, error) ?? error;
  try {
    const result = fn();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw translated(error);
    }) as T;
  } catch (error) {
    throw translated(error);
  }
}

const OUTAGES: readonly (readonly [prefix: string, detail: string, hint: (folder: string) => string])[] = [
  ["SQLITE_FULL", "the disk is full", (folder) => `df -h ${folder}`],
  ["SQLITE_READONLY", "it is read-only", (folder) => `ls -la ${folder}`],
  ["SQLITE_IOERR", "reading or writing it failed", (folder) => `df -h ${folder}`],
  ["SQLITE_BUSY", "another process keeps it locked", (folder) => `fuser -v ${folder}/*`],
  ["SQLITE_LOCKED", "another connection keeps it locked", (folder) => `fuser -v ${folder}/*`],
  ["SQLITE_PROTOCOL", "another process keeps it locked", (folder) => `fuser -v ${folder}/*`],
];

/** The error that `sqliteGuard` throws in place of `error`, or nothing when it is none of SQLite's that we know. */
function sqliteFailure(kind: DatabaseKind, path: string, error: unknown): Ca3Error | undefined {
  const code = error instanceof SQLiteError ? (error.code ?? "") : "";
  const what = kind === "log" ? "event log" : "store";
  const cause = { cause: error };
  for (const [prefix, detail, hint] of OUTAGES) {
    if (!code.startsWith(prefix)) continue;
    const outage = kind === "log" ? "CA3_LOG_UNAVAILABLE" : "CA3_STORE_UNAVAILABLE";
    const message = `the ${what} ${path} cannot be used: ${detail} (${code})`;
    return new Ca3Error(outage, message, { hint: hint(dirname(path)), ...cause });
  }
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    const state = code.startsWith("SQLITE_NOTADB") ? "is not a database" : "is damaged";
    const hint = "restore it from a copy, or start over with --fresh";
    return new Ca3Error("CA3_DATA_CORRUPT", `the ${what} ${path} ${state}`, { hint, ...cause });
  }
  if (/^SQLITE_(CANTOPEN|PERM|AUTH)/.test(code)) {
    const hint = `ls -la ${dirname(path)}`;
    return new Ca3Error("CA3_FILE", `the ${what} ${path} cannot be opened (${code})`, { hint, ...cause });
  }
  return undefined;
}
