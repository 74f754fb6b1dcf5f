import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ca3Error, isOutage } from "./errors.ts";
import { openDatabase, sqliteGuard, statementsOf } from "./sqlite.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ca3-sqlite-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failure(fn: () => unknown): Ca3Error {
  try {
    fn();
  } catch (error) {
    if (error instanceof Ca3Error) return error;
    throw error;
  }
  throw new Error("expected a Ca3Error");
}

test("a new file is durable, in WAL mode and may be read by a second connection during a write", () => {
  const path = join(folder, "a.db");
  const writer = openDatabase(path);
  writer.run("CREATE TABLE t (a INTEGER)");
  writer.run("BEGIN IMMEDIATE");
  writer.run("INSERT INTO t VALUES (1)");
  const reader = openDatabase(path, { readonly: true });
  expect(reader.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 0 });
  writer.run("COMMIT");
  expect(reader.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 1 });
  expect(writer.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(writer.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(() => reader.run("INSERT INTO t VALUES (2)")).toThrow("readonly");
  reader.close();
  writer.close();
});

test("closing with statements prepared leaves one file behind, without a WAL", () => {
  const database = openDatabase(join(folder, "a.db"));
  const statements = statementsOf(database);
  database.run("CREATE TABLE t (a INTEGER)");
  statements.prepare("INSERT INTO t VALUES (?)").run(1);
  expect(statements.prepare<{ n: number }>("SELECT count(*) AS n FROM t").get()).toEqual({ n: 1 });
  expect(readdirSync(folder).sort()).toEqual(["a.db", "a.db-shm", "a.db-wal"]);
  statements.close();
  expect(readdirSync(folder)).toEqual(["a.db"]);
});

test("a full file is an outage that names the path, and the same write succeeds once there is room", () => {
  const path = join(folder, "full.db");
  const database = openDatabase(path, { maxPages: 4 });
  database.run("CREATE TABLE t (a BLOB)");
  const write = () => database.run("INSERT INTO t VALUES (zeroblob(100000))");
  const error = failure(() => sqliteGuard("log", path, write));
  expect(error).toMatchObject({ code: "CA3_LOG_UNAVAILABLE", hint: `df -h ${folder}` });
  expect(error.message).toContain(`${path} cannot be used: the disk is full`);
  expect(isOutage(failure(() => sqliteGuard("store", path, write)))).toBe(true);
  database.run("PRAGMA max_page_count=1000");
  sqliteGuard("log", path, write);
  expect(database.query("SELECT count(*) AS n FROM t").get()).toEqual({ n: 1 });
  database.close();
});

test("a lock that another connection keeps is an outage", () => {
  const path = join(folder, "busy.db");
  const holder = openDatabase(path);
  const waiter = openDatabase(path, { busyTimeoutMs: 1 });
  holder.run("BEGIN IMMEDIATE");
  const error = failure(() => sqliteGuard("store", path, () => waiter.run("BEGIN IMMEDIATE")));
  expect(error.code).toBe("CA3_STORE_UNAVAILABLE");
  expect(error.message).toContain("locked");
  holder.close();
  waiter.close();
});

test("a file that is not a database, a damaged one and a path that cannot be opened are told apart", () => {
  const foreign = join(folder, "foreign.db");
  writeFileSync(foreign, "plain text, and enough of it to fill a header ".repeat(100));
  const notOurs = failure(() => sqliteGuard("log", foreign, () => openDatabase(foreign)));
  expect(notOurs.code).toBe("CA3_DATA_CORRUPT");
  expect(notOurs.message).toContain(`${foreign} is not a database`);

  const missing = join(folder, "no-such-folder", "a.db");
  expect(failure(() => sqliteGuard("log", missing, () => openDatabase(missing))).code).toBe("CA3_FILE");
  const absent = join(folder, "absent.db");
  const readAbsent = () => openDatabase(absent, { readonly: true });
  expect(failure(() => sqliteGuard("store", absent, readAbsent)).code).toBe("CA3_FILE");

  const damaged = join(folder, "damaged.db");
  const database = openDatabase(damaged, { pageBytes: 4096 });
  database.run("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)");
  for (let i = 0; i < 50; i += 1) database.run("INSERT INTO t (b) VALUES (randomblob(1000))");
  database.close();
  const bytes = Buffer.from(readFileSync(damaged));
  bytes.fill(0xee, 4096);
  writeFileSync(damaged, bytes);
  const read = () => openDatabase(damaged).query("SELECT sum(length(b)) FROM t").get();
  const broken = failure(() => sqliteGuard("store", damaged, read));
  expect(broken.code).toBe("CA3_DATA_CORRUPT");
  expect(broken.message).toContain("is damaged");
});

test("errors that are not about the file pass through, from promises as well", async () => {
  const database = openDatabase(join(folder, "a.db"));
  expect(() => sqliteGuard("log", "a.db", () => database.run("SELEKT 1"))).toThrow("syntax error");
  const late = async () => {
    await Promise.resolve();
    openDatabase(join(folder, "none", "a.db"));
  };
  await expect(sqliteGuard("log", "none/a.db", late)).rejects.toThrow(Ca3Error);
  expect(await sqliteGuard("log", "a.db", async () => 7)).toBe(7);
  database.close();
});
