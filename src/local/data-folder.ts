import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ca3Error } from "../support/errors.ts";
import { type FileLock, tryLock } from "../support/sqlite-lock.ts";
import {
  CHECKPOINTS,
  entries,
  foreignEntries,
  LAYOUT_FILE,
  LOCK_FILE,
  LOG_FILE,
  OWNER_FILE,
  RUN_FILE,
  STORE_FILE,
} from "./data-folder-contents.ts";

/** A folder that this process alone works on, until it releases it or ends. */
export type DataFolder = {
  readonly path: string;
  readonly logPath: string;
  readonly storePath: string;
  /** A folder that may not exist yet. */
  readonly checkpointsPath: string;
  /** A file that may not exist yet. */
  readonly runPath: string;
  /** Idempotent. */
  release(): void;
};

/** Raised only for a change that an older release could not work with. */
const LAYOUT = 1;

/**
 * Creates the folder if it is not there (for this user only) and takes it for this process; the operating system gives
 * it back when the process ends, however it ends. `fresh` deletes what earlier runs left.
 *
 * Throws CA3_DATA_IN_USE while another process has it, CA3_DATA_NEWER when a newer release wrote it, CA3_FILE when it
 * cannot be used, and CA3_DATA_CORRUPT when it holds files that are not ours and either nothing says that it is a data
 * folder or all of it should be deleted.
 */
export function openDataFolder(path: string, { fresh = false }: { fresh?: boolean } = {}): DataFolder {
  const foreign = usable(path, () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return foreignEntries(path);
  });
  if (foreign.length > 0 && (fresh || !entries(path).includes(LAYOUT_FILE)))
    throw refusal(path, foreign, fresh);
  refuseNewer(path);
  const lock = tryLock(join(path, LOCK_FILE));
  if (!lock) throw inUse(path);
  try {
    usable(path, () => {
      if (fresh) clear(path);
      claim(path);
    });
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    path,
    logPath: join(path, LOG_FILE),
    storePath: join(path, STORE_FILE),
    checkpointsPath: join(path, CHECKPOINTS),
    runPath: join(path, RUN_FILE),
    release: () => release(path, lock),
  };
}

function clear(path: string): void {
  for (const name of entries(path))
    if (name !== LOCK_FILE && name !== LAYOUT_FILE) rmSync(join(path, name), { recursive: true });
}

const layoutOf = (path: string) => readJson(join(path, LAYOUT_FILE))?.["layout"];

function refuseNewer(path: string): void {
  const layout = layoutOf(path);
  if (typeof layout !== "number" || layout <= LAYOUT) return;
  throw new Ca3Error("CA3_DATA_NEWER", `the data folder ${path} was written by a newer release of ca3`, {
    hint: "ca3 version",
  });
}

/** Marks the folder as ours and says who has it. */
function claim(path: string): void {
  if (layoutOf(path) === undefined) writeJson(join(path, LAYOUT_FILE), { layout: LAYOUT });
  writeJson(join(path, OWNER_FILE), { pid: process.pid });
}

function release(path: string, lock: FileLock): void {
  if (readJson(join(path, OWNER_FILE))?.["pid"] === process.pid)
    rmSync(join(path, OWNER_FILE), { force: true });
  lock.release();
}

function refusal(path: string, foreign: readonly string[], fresh: boolean): Ca3Error {
  const named = foreign.slice(0, 3).join(", ");
  const list = foreign.length > 3 ? `${named} and ${foreign.length - 3} more` : named;
  const message = fresh
    ? `nothing was deleted: the folder ${path} contains files that ca3 did not create: ${list}`
    : `the folder ${path} is not a data folder of ca3: it holds ${list}`;
  return new Ca3Error("CA3_DATA_CORRUPT", message, {
    hint: `choose another folder, such as --data ${join(path, ".ca3")}`,
  });
}

function inUse(path: string): Ca3Error {
  const pid = readJson(join(path, OWNER_FILE))?.["pid"];
  const who = typeof pid === "number" ? `process ${pid}` : "another process";
  return new Ca3Error("CA3_DATA_IN_USE", `the data folder ${path} is in use by ${who}`, {
    hint:
      typeof pid === "number"
        ? `kill ${pid}, or choose another folder with --data`
        : "choose another folder with --data",
  });
}

function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
function writeJson(path: string, content: unknown): void {
  writeFileSync(`${path}.tmp`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function usable<T>(path: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new Ca3Error("CA3_FILE", `the data folder ${path} cannot be used: ${error.message}`, {
      hint: "choose another folder with --data",
      cause: error,
    });
  }
}
