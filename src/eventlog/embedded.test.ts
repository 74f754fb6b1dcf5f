import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { embeddedLogs, failureOf } from "../../tests/contracts/eventlog/embedded-rig.ts";
import { read, readAll, records } from "../../tests/contracts/eventlog/rig.ts";
import type { Ca3Error } from "../support/errors.ts";
import { openDatabase } from "../support/sqlite.ts";
import type { EventLog } from "./port.ts";

const { here, open, openWithTopic } = embeddedLogs();
const incompressible = (bytes: number) => ({
  topic: "t",
  key: null,
  value: crypto.getRandomValues(new Uint8Array(bytes)),
});

test("a full file is an outage; what was acknowledged stays, and the same append succeeds once there is room", async () => {
  let nowMs = 1000;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const log = await openWithTopic({ maxPages: 64, clock }, 500);
  let accepted = 0;
  let refused: Ca3Error | undefined;
  while (!refused) {
    refused = await failureOf(log.append([incompressible(20_000)]));
    if (!refused) accepted += 1;
  }
  expect(refused.code).toBe("CA3_LOG_UNAVAILABLE");
  expect(refused.message).toContain(`${here.path} cannot be used: the disk is full`);
  expect(accepted).toBeGreaterThan(3);
  expect((await log.topics())[0]).toMatchObject({ records: accepted, bytes: accepted * 20_000 });
  expect((await readAll(log, "t", accepted)).flatMap((batch) => batch.records).length).toBe(accepted);
  nowMs += 1000;
  await log.ensureTopics([{ name: "t", partitions: 1, retentionMs: 500 }]);
  await log.append([incompressible(20_000)]);
  const [batch] = await readAll(log, "t", 1);
  expect(batch!.records.map(({ offset }) => offset)).toEqual([accepted]);
});

test.each([
  [
    "plain text",
    () => writeFileSync(here.path, "this is not a database, whatever its name says ".repeat(100)),
    /is not a database/,
  ],
  [
    "a database of something else",
    () => openDatabase(here.path).run("CREATE TABLE t (a)"),
    /not an event log of ca3/,
  ],
])("%s is refused as damaged or foreign, and left as it is", (_, make, message) => {
  make();
  const before = readFileSync(here.path);
  expect(() => open()).toThrow(
    expect.objectContaining({ code: "CA3_DATA_CORRUPT", message: expect.stringMatching(message) }),
  );
  expect(readFileSync(here.path).equals(before)).toBe(true);
});

test("a log that a newer release wrote is refused", async () => {
  await (await openWithTopic()).close();
  const database = new Database(here.path);
  database.run("PRAGMA user_version=99");
  database.close();
  expect(() => open()).toThrow(expect.objectContaining({ code: "CA3_DATA_NEWER" }));
});

test("a folder that is not there is named", () => {
  here.path = join(here.folder, "nowhere", "log.db");
  expect(() => open()).toThrow(
    expect.objectContaining({ code: "CA3_FILE", message: expect.stringContaining(here.path) }),
  );
});

test("a flipped bit in a record ends the reader with the place of the damage, and the records before it are delivered", async () => {
  const log = await openWithTopic();
  await log.append(records("t", 10, { prefix: "good" }));
  await log.append(records("t", 1, { prefix: "bad" }));
  await log.close();
  const bytes = readFileSync(here.path);
  bytes[bytes.indexOf("bad0")] = "B".charCodeAt(0);
  writeFileSync(here.path, bytes);
  const reading = await read(open(), "t", { group: "g", maxBatchRecords: 10 });
  const failure = await failureOf(reading.consumer.done);
  expect(failure).toMatchObject({ code: "CA3_DATA_CORRUPT" });
  expect(failure!.message).toContain("t/0 cannot be read at offset 10");
  expect(reading.count()).toBe(10);
});

test("a deleted file is an outage: nothing is acknowledged that would be lost", async () => {
  const log = await openWithTopic();
  rmSync(here.path);
  const gone = { code: "CA3_LOG_UNAVAILABLE", message: expect.stringContaining("deleted or replaced") };
  await expect(log.append(records("t", 1))).rejects.toMatchObject(gone);
  await expect(log.ping()).rejects.toMatchObject(gone);
});

test("an append waits for another writer, and gives up with an outage when that does not end", async () => {
  const log = await openWithTopic({ lockWaitMs: 150 });
  const other = openDatabase(here.path);
  other.run("BEGIN IMMEDIATE");
  const locked = await failureOf(log.append(records("t", 1)));
  expect(locked).toMatchObject({ code: "CA3_LOG_UNAVAILABLE", message: expect.stringContaining("locked") });
  expect(await failureOf(log.ping())).toMatchObject({ code: "CA3_LOG_UNAVAILABLE" });
  const patient = await openWithTopicPatiently(other);
  expect((await patient.topics())[0]!.records).toBe(1);
  other.close();
});

/** Appends while `holder` has the lock, and lets go of it in the meantime. */
async function openWithTopicPatiently(holder: Database): Promise<EventLog> {
  holder.run("ROLLBACK");
  const log = open({ lockWaitMs: 20_000 });
  holder.run("BEGIN IMMEDIATE");
  const appended = log.append(records("t", 1));
  await Bun.sleep(60);
  holder.run("ROLLBACK");
  await appended;
  return log;
}

test("closing leaves the log in one file beside the empty locks", async () => {
  const log = await openWithTopic();
  await log.append(records("t", 10));
  await readAll(log, "t", 10, { group: "processor/1" });
  await log.close();
  expect(readdirSync(here.folder).sort()).toEqual(["log.db", "log.db.group-processor%2F1.lock"]);
});
