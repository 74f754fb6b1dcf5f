import { expect, test } from "bun:test";
import { embeddedLogs } from "../../tests/contracts/eventlog/embedded-rig.ts";
import { readAll, records } from "../../tests/contracts/eventlog/rig.ts";
import { until } from "../../tests/helpers/until.ts";

const { openWithTopic } = embeddedLogs();

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
