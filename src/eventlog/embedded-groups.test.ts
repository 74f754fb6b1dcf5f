import { expect, test } from "bun:test";
import { embeddedLogs } from "../../tests/contracts/eventlog/embedded-rig.ts";
import { read, readAll, records } from "../../tests/contracts/eventlog/rig.ts";
import { until } from "../../tests/helpers/until.ts";
import { openDatabase } from "../support/sqlite.ts";

const { here, open, openWithTopic } = embeddedLogs();

test("commits are written while the consumer runs, also after another writer kept them waiting", async () => {
  const log = await openWithTopic({ lockWaitMs: 50 });
  await log.append(records("t", 10));
  const other = openDatabase(here.path);
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
  const other = openDatabase(here.path);
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

test("closing does not wait for ever for a hung handler, whose batch comes again", async () => {
  const log = await openWithTopic({ handoverMs: 20 });
  await log.append(records("t", 5));
  const hung = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const reading = await read(log, "t", {
    group: "g",
    onBatch: () => {
      started.resolve();
      return hung.promise;
    },
  });
  await started.promise;
  await log.close();
  hung.resolve();
  await reading.consumer.done;
  expect((await readAll(open(), "t", 5, { group: "g" })).length).toBe(1);
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
