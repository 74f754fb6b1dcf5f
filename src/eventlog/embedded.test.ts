import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read, readAll, records, until } from "../../tests/contracts/eventlog/rig.ts";
import type { Ca3Error } from "../support/errors.ts";
import { openDatabase } from "../support/sqlite.ts";
import { type EmbeddedLogOptions, openEmbeddedLog } from "./embedded.ts";
import type { EventLog } from "./port.ts";

let folder: string;
let path: string;
const logs: EventLog[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ca3-embedded-log-"));
  path = join(folder, "log.db");
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
  rmSync(folder, { recursive: true, force: true });
});

function open(options: EmbeddedLogOptions = {}): EventLog {
  const log = openEmbeddedLog(path, { pollMs: 10, ...options });
  logs.push(log);
  return log;
}
async function openWithTopic(options: EmbeddedLogOptions = {}, retentionMs?: number): Promise<EventLog> {
  const log = open(options);
  await log.ensureTopics([{ name: "t", partitions: 1, ...(retentionMs !== undefined && { retentionMs }) }]);
  return log;
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Ca3Error) => error,
  );
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
  expect(refused.message).toContain(`${path} cannot be used: the disk is full`);
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
    () => writeFileSync(path, "this is not a database, whatever its name says ".repeat(100)),
    /is not a database/,
  ],
  [
    "a database of something else",
    () => openDatabase(path).run("CREATE TABLE t (a)"),
    /not an event log of ca3/,
  ],
])("%s is refused as damaged or foreign, and left as it is", (_, make, message) => {
  make();
  const before = readFileSync(path);
  expect(() => open()).toThrow(
    expect.objectContaining({ code: "CA3_DATA_CORRUPT", message: expect.stringMatching(message) }),
  );
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("a log that a newer release wrote is refused", async () => {
  await (await openWithTopic()).close();
  const database = new Database(path);
  database.run("PRAGMA user_version=99");
  database.close();
  expect(() => open()).toThrow(expect.objectContaining({ code: "CA3_DATA_NEWER" }));
});

test("a folder that is not there is named", () => {
  path = join(folder, "nowhere", "log.db");
  expect(() => open()).toThrow(
    expect.objectContaining({ code: "CA3_FILE", message: expect.stringContaining(path) }),
  );
});

test("a flipped bit in a record ends the reader with the place of the damage, and the records before it are delivered", async () => {
  const log = await openWithTopic();
  await log.append(records("t", 10, { prefix: "good" }));
  await log.append(records("t", 1, { prefix: "bad" }));
  await log.close();
  const bytes = readFileSync(path);
  bytes[bytes.indexOf("bad0")] = "B".charCodeAt(0);
  writeFileSync(path, bytes);
  const reading = await read(open(), "t", { group: "g", maxBatchRecords: 10 });
  const failure = await failureOf(reading.consumer.done);
  expect(failure).toMatchObject({ code: "CA3_DATA_CORRUPT" });
  expect(failure!.message).toContain("t/0 cannot be read at offset 10");
  expect(reading.count()).toBe(10);
});

test("a deleted file is an outage: nothing is acknowledged that would be lost", async () => {
  const log = await openWithTopic();
  rmSync(path);
  const gone = { code: "CA3_LOG_UNAVAILABLE", message: expect.stringContaining("deleted or replaced") };
  await expect(log.append(records("t", 1))).rejects.toMatchObject(gone);
  await expect(log.ping()).rejects.toMatchObject(gone);
});

test("an append waits for another writer, and gives up with an outage when that does not end", async () => {
  const log = await openWithTopic({ lockWaitMs: 150 });
  const other = openDatabase(path);
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

test("commits are written while the consumer runs, also after another writer kept them waiting", async () => {
  const log = await openWithTopic({ lockWaitMs: 50 });
  await log.append(records("t", 10));
  const other = openDatabase(path);
  other.run("BEGIN IMMEDIATE");
  const reading = await read(log, "t", { group: "g" });
  await until("all were read", () => reading.count() === 10);
  const observer = open();
  expect(await observer.lag("g", ["t"])).toMatchObject([{ lag: 10 }]);
  expect(await log.lag("g", ["t"])).toMatchObject([{ lag: 0 }]);
  await Bun.sleep(200);
  other.run("ROLLBACK");
  other.close();
  await until("the commits are in the file", async () => (await observer.lag("g", ["t"]))[0]!.lag === 0);
});

test("a consumer whose last commits cannot be written says so when it stops", async () => {
  const log = await openWithTopic({ lockWaitMs: 50 });
  await log.append(records("t", 10));
  const reading = await read(log, "t", { group: "g" });
  const other = openDatabase(path);
  other.run("BEGIN IMMEDIATE");
  await until("all were read", () => reading.count() === 10);
  await reading.consumer.stop();
  await expect(reading.consumer.done).rejects.toMatchObject({ code: "CA3_LOG_UNAVAILABLE" });
  other.close();
  expect((await readAll(log, "t", 10, { group: "g" })).length).toBe(1);
});

test("a member that does not give up a batch loses it after a while, and its late success is not committed", async () => {
  const log = open({ handoverMs: 30 });
  await log.ensureTopics([{ name: "t", partitions: 2 }]);
  await log.append(records("t", 20));
  const hung = Promise.withResolvers<void>();
  let held = 0;
  const first = await read(log, "t", {
    group: "g",
    onBatch: async () => {
      held += 1;
      await hung.promise;
    },
  });
  await until("the first holds both", () => held === 2);
  const second = await read(log, "t", { group: "g", maxBatchRecords: 1, onBatch: () => Bun.sleep(5) });
  await until("the second was given the batch", () => second.count() === 2);
  hung.resolve();
  await until("the second has read its partition", () => second.count() === 10);
  expect(second.batches.map((batch) => batch.records[0]!.offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await Promise.all([first.consumer.stop(), second.consumer.stop()]);
});

test("retention deletes from the front only, so what is kept has no gap even if the clock went back", async () => {
  let nowMs = 1000;
  const log = await openWithTopic({ clock: { now: () => nowMs, sleep: async () => {} } });
  for (const ms of [1000, 1000, 5000, 2000, 9000]) {
    nowMs = ms;
    await log.append(records("t", 2));
  }
  const sweep = () => log.ensureTopics([{ name: "t", partitions: 1, retentionMs: 1000 }]);
  nowMs = 4000;
  await sweep();
  expect((await log.topics())[0]).toMatchObject({ records: 6, bytes: 6 });
  nowMs = 7000;
  await sweep();
  const kept = (await readAll(log, "t", 2)).flatMap((batch) => batch.records);
  expect(kept.map(({ offset, appendedMs }) => ({ offset, appendedMs }))).toEqual([
    { offset: 8, appendedMs: 9000 },
    { offset: 9, appendedMs: 9000 },
  ]);
});

test("a consumer that finds its next record deleted by another process goes on at the oldest kept", async () => {
  let nowMs = 1000;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const log = await openWithTopic({ clock, pollMs: 1_000_000 });
  for (let call = 0; call < 5; call += 1) await log.append(records("t", 2));
  const started = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  const reading = await read(log, "t", {
    group: "g",
    maxBatchRecords: 2,
    onBatch: () => {
      started.resolve();
      return mayGoOn.promise;
    },
  });
  await started.promise;
  nowMs = 9000;
  const other = open({ clock });
  await other.ensureTopics([{ name: "t", partitions: 1, retentionMs: 1000 }]);
  await other.append(records("t", 3, { prefix: "new" }));
  mayGoOn.resolve();
  await until("the new ones were read", () => reading.count() === 5);
  const offsets = reading.batches.flatMap((batch) => batch.records.map(({ offset }) => offset));
  expect(offsets).toEqual([0, 1, 10, 11, 12]);
  await reading.consumer.stop();
});

test("retention runs by itself, and forgets the once-ids of what it deletes", async () => {
  const log = await openWithTopic({ retentionEveryMs: 10 }, 1);
  const once = { ...records("t", 1)[0]!, onceId: "a" };
  await log.append([once]);
  await until("the record is gone", async () => (await log.topics())[0]!.records === 0);
  await until("the once-id is gone", async () => {
    await log.append([once]);
    return (await log.lag("g", ["t"]))[0]!.endOffset > 1;
  });
});

test("closing leaves the log in one file beside the empty locks", async () => {
  const log = await openWithTopic();
  await log.append(records("t", 10));
  await readAll(log, "t", 10, { group: "processor/1" });
  await log.close();
  expect(readdirSync(folder).sort()).toEqual(["log.db", "log.db.group-processor%2F1.lock"]);
});
