import { expect } from "bun:test";
import { isOutage } from "../../../src/support/errors.ts";
import { until } from "../../helpers/until.ts";
import { bytesOf, type Contract, read, readAll, records } from "./rig.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

export const topicPromises: Contract = {
  "a topic that does not exist is refused by name": async ({ log, topic, group }) => {
    const known = await topic(1);
    const refusal = { code: "CA3_NOT_FOUND", message: expect.stringContaining("no-such-topic") };
    const mixed = [...records(known, 1), ...records("no-such-topic", 1)];
    await expect(log.append(mixed)).rejects.toMatchObject(refusal);
    await expect(read(log, [known, "no-such-topic"], { group: group() })).rejects.toMatchObject(refusal);
    await expect(log.lag(group(), ["no-such-topic"])).rejects.toMatchObject(refusal);
    await log.append(records(known, 1));
    expect((await readAll(log, known, 1)).length).toBe(1);
  },
  "lag tells per partition what a group has not done, and how old that is": async ({ log, topic, group }) => {
    const [name, other, mine] = [await topic(2), await topic(1), group()];
    const nothing = { committed: 0, endOffset: 0, lag: 0, lagSeconds: 0 };
    expect(await log.lag(mine, [name, other])).toEqual([
      { topic: name, partition: 0, ...nothing },
      { topic: name, partition: 1, ...nothing },
      { topic: other, partition: 0, ...nothing },
    ]);
    const before = Date.now();
    await log.append(records(name, 100));
    await until("the records are a moment old", () => Date.now() > before + 20);
    const behind = await log.lag(mine, [name]);
    expect(sum(behind.map(({ lag }) => lag))).toBe(100);
    for (const { committed, endOffset, lag, lagSeconds } of behind) {
      expect({ committed, endOffset }).toEqual({ committed: 0, endOffset: lag });
      expect(lagSeconds).toBeGreaterThan(0);
      expect(lagSeconds).toBeLessThanOrEqual((Date.now() - before) / 1000);
    }
    const reading = await read(log, name, { group: mine });
    await until(
      "nothing is left",
      async () => sum((await log.lag(mine, [name])).map(({ lag }) => lag)) === 0,
    );
    await reading.consumer.stop();
    for (const { committed, endOffset, lagSeconds } of await log.lag(mine, [name]))
      expect({ committed, lagSeconds }).toEqual({ committed: endOffset, lagSeconds: 0 });
    expect(await log.lag(group(), [other])).toMatchObject([{ lag: 0 }]);
  },
  "topics tells what there is, with the number of records and their size": async ({ log, topic }) => {
    const [name, empty] = [await topic(3), await topic(1)];
    await log.append([...records(name, 90), { topic: name, key: "k", value: bytesOf("x".repeat(1000)) }]);
    const infos = new Map((await log.topics()).map((info) => [info.name, info]));
    expect(infos.get(name)).toMatchObject({ partitions: 3, records: 91 });
    expect(infos.get(name)!.bytes).toBeGreaterThanOrEqual(1000);
    expect(infos.get(empty)).toMatchObject({ partitions: 1, records: 0 });
  },
  "ensureTopics may be repeated, adds partitions, and never takes them away": async ({
    log,
    topic,
    group,
  }) => {
    const name = await topic(2);
    await log.append(records(name, 20));
    const reading = await read(log, name, { group: group() });
    await until("two partitions are read", () => reading.consumer.assignment().length === 2);
    const partitions = async () => (await log.topics()).find((info) => info.name === name)?.partitions;
    await log.ensureTopics([{ name, partitions: 2 }]);
    await log.ensureTopics([{ name, partitions: 1 }]);
    expect(await partitions()).toBe(2);
    await log.ensureTopics([{ name, partitions: 4 }]);
    expect(await partitions()).toBe(4);
    for (let call = 0; call < 20; call += 1) await log.append(records(name, 20));
    await until("the new partitions are read as well", () => reading.count() === 420);
    expect(new Set(reading.batches.map(({ partition }) => partition)).size).toBe(4);
    await reading.consumer.stop();
  },
  "retention is kept with the topic, and changes when it is given anew": async ({ log, topic }) => {
    const name = await topic(1);
    const retention = async () => (await log.topics()).find((info) => info.name === name)?.retentionMs;
    expect(await retention()).toBeUndefined();
    await log.ensureTopics([{ name, partitions: 1, retentionMs: 3_600_000 }]);
    expect(await retention()).toBe(3_600_000);
    await log.ensureTopics([{ name, partitions: 1 }]);
    expect(await retention()).toBeUndefined();
  },
  "retention deletes what is old; offsets go on, and a group that was behind goes on at the oldest kept":
    async ({ log, topic, group, reconnect }) => {
      const [name, mine] = [await topic(1), group()];
      await log.append(records(name, 10, { prefix: "done" }));
      await readAll(log, name, 10, { group: mine });
      await log.append(records(name, 20, { prefix: "old" }));
      const left = async () => (await log.topics()).find((info) => info.name === name)!.records;
      await until("the old records are gone", async () => {
        await log.ensureTopics([{ name, partitions: 1, retentionMs: 1 }]);
        return (await left()) === 0;
      });
      await log.ensureTopics([{ name, partitions: 1 }]);
      expect(await log.lag(mine, [name])).toMatchObject([{ committed: 30, endOffset: 30, lag: 0 }]);
      const again = await reconnect();
      await again.append(records(name, 5, { prefix: "new" }));
      const [batch] = await readAll(again, name, 5, { group: mine });
      expect(batch!.records.map(({ offset }) => offset)).toEqual([30, 31, 32, 33, 34]);
      expect(await again.lag(group(), [name])).toMatchObject([{ committed: 30, endOffset: 35, lag: 5 }]);
    },
  "ping resolves while the log can be used": async ({ log }) => {
    await log.ping();
  },
  "close ends the consumers with their commits, twice if asked, and later calls are outages": async ({
    log,
    topic,
    group,
    connect,
  }) => {
    const [name, mine] = [await topic(1), group()];
    await log.append(records(name, 10));
    const reading = await read(log, name, { group: mine });
    await until("all were read", () => reading.count() === 10);
    await Promise.all([log.close(), log.close()]);
    await reading.consumer.done;
    const calls = [
      () => log.append(records(name, 1)),
      () => log.ping(),
      () => log.topics(),
      () => log.lag(mine, [name]),
      () => log.ensureTopics([{ name: "x", partitions: 1 }]),
      () => read(log, name, { group: mine }),
    ];
    for (const call of calls) expect(await call().then(() => "resolved", isOutage)).toBe(true);
    expect(await (await connect()).lag(mine, [name])).toMatchObject([{ committed: 10, lag: 0 }]);
  },
};
