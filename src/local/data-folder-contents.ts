import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { APPLICATION_ID as LOG_APPLICATION_ID } from "../eventlog/embedded/schema.ts";
import { APPLICATION_ID as STORE_APPLICATION_ID } from "../store/embedded/schema.ts";
import { openDatabase } from "../support/sqlite.ts";

export const LOCK_FILE = "ca3.lock";
export const OWNER_FILE = "ca3.owner.json";
export const LAYOUT_FILE = "ca3.layout.json";
export const LOG_FILE = "log.db";
export const STORE_FILE = "store.db";
export const RUN_FILE = "run.json";
export const CHECKPOINTS = "checkpoints";

const files: readonly RegExp[] = [
  /^ca3\.lock(-journal)?$/,
  /^(ca3\.owner|ca3\.layout|run)\.json(\.tmp)?$/,
  /^(log|store)\.db(-wal|-shm|-journal)?$/,
  /^log\.db\.group-.+\.lock(-journal)?$/,
];

/** What `ca3` did not put into this folder, by path inside it. A folder that is not there holds nothing. */
export function foreignEntries(folder: string): string[] {
  return entries(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === CHECKPOINTS && lstatSync(path).isDirectory())
      return foreignCheckpoints(path).map((inside) => join(CHECKPOINTS, inside));
    const ours = files.some((pattern) => pattern.test(name)) && lstatSync(path).isFile();
    return ours && isOurDatabase(folder, name) ? [] : [name];
  });
}

/** What lies in a folder; nothing when there is no such folder. */
export function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function foreignCheckpoints(folder: string): string[] {
  return entries(folder).flatMap((name) => {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) return foreignCheckpoints(path).map((inside) => join(name, inside));
    return /\.json(\.tmp)?$/.test(name) ? [] : [name];
  });
}

/** What the header of a database must say, see the schemas of log and store. */
const applicationIds: Readonly<Record<string, number>> = {
  [LOG_FILE]: LOG_APPLICATION_ID,
  [STORE_FILE]: STORE_APPLICATION_ID,
};

/**
 * In a folder that we marked, the name is enough: the file may be damaged, and starting over is the way out. Elsewhere
 * a database must say that it is ours, or be empty.
 */
function isOurDatabase(folder: string, name: string): boolean {
  const id = applicationIds[name];
  if (id === undefined || entries(folder).includes(LAYOUT_FILE)) return true;
  try {
    const database = openDatabase(join(folder, name), { readonly: true });
    const first = (sql: string) => database.query(sql).values()[0]?.[0];
    try {
      return first("PRAGMA application_id") === id || first("SELECT count(*) FROM sqlite_schema") === 0;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
