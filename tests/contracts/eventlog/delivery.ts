import { expect } from "bun:test";
import { until } from "../../helpers/until.ts";
import { bytesOf, type Contract, ends, read, readAll, records } from "./rig.ts";

export const deliveryPromises: Contract = {
  "a new group starts at the oldest record": async ({ log, topic, group }) => {
    const name = await topic(1);
    await log.append(records(name, 50, { prefix: "old-" }));
    const reading = await read(log, name, { group: group() });
    await until("the old records were read", () => reading.count() === 50);
    await log.append(records(name, 50, { prefix: "new-" }));
    await until("the new records were read", () => reading.count() === 100);
    await reading.consumer.stop();
    const expected = ["old-", "new-"].flatMap((prefix) => records(name, 50).map((_, i) => `${prefix}${i}`));
    expect(reading.texts()).toEqual(expected);
  },
  "what another connection appends arrives as well": async ({ log, topic, group, connect }) => {
    const name = await topic(2);
    const reading = await read(log, name, { group: group() });
    const other = await connect();
    for (let call = 1; call <= 3; call += 1) {
      await other.append(records(name, 10));
      await until(`call ${call} arrived`, () => reading.count() === call * 10);
    }
    await reading.consumer.stop();
  },
  "a batch keeps both limits, and a larger record arrives alone": async ({ log, topic, group }) => {
    const name = await topic(1);
    const sizes = [10, 400, 500, 100, 5000, 1, 1, 1, 1, 999, 1000, 3000];
    await log.append(sizes.map((size) => ({ topic: name, key: "k", value: new Uint8Array(size).fill(65) })));
    const limits = { maxBatchBytes: 1000, maxBatchRecords: 3 };
    const batches = await readAll(log, name, sizes.length, { group: group(), ...limits });
    const seen = batches.map((batch) => batch.records.map(({ value }) => value.length));
    expect(seen.flat()).toEqual(sizes);
    for (const batch of seen) {
      const bytes = batch.reduce((sum, size) => sum + size, 0);
      expect(batch.length === 1 || (bytes <= 1000 && batch.length <= 3)).toBe(true);
    }
    expect(seen).toContainEqual([5000]);
    expect(seen).toContainEqual([3000]);
  },
  "what was done is committed: after closing, a group goes on behind it": async ({
    log,
    topic,
    group,
    reconnect,
  }) => {
    const [name, mine] = [await topic(3), group()];
    await log.append(records(name, 90, { prefix: "a" }));
    const done = await readAll(log, name, 90, { group: mine });
    const again = await reconnect();
    const before = ends(done);
    for (const { partition, committed, lag } of await again.lag(mine, [name]))
      expect({ partition, committed, lag }).toEqual({ partition, committed: before.get(partition)!, lag: 0 });
    await again.append(records(name, 30, { prefix: "b" }));
    const rest = await readAll(again, name, 30, { group: mine });
    expect(
      rest
        .flatMap((batch) => batch.records)
        .every(({ value }) => Buffer.from(value).toString().startsWith("b")),
    ).toBe(true);
  },
  "groups do not know of each other": async ({ log, topic, group }) => {
    const name = await topic(2);
    await log.append(records(name, 40));
    const readings = await Promise.all([1, 2].map(() => read(log, name, { group: group() })));
    for (const reading of readings) await until("40 records were read", () => reading.count() === 40);
    for (const reading of readings) expect(new Set(reading.texts()).size).toBe(40);
    await Promise.all(readings.map(({ consumer }) => consumer.stop()));
  },
  "a consumer of several topics gets all of them, and is told which": async ({ log, topic, group }) => {
    const names = [await topic(2), await topic(1)];
    await log.append(names.flatMap((name) => records(name, 20, { prefix: `${name}:` })));
    const reading = await read(log, names, { group: group() });
    await until("40 records were read", () => reading.count() === 40);
    await reading.consumer.stop();
    for (const { topic, records } of reading.batches)
      for (const { value } of records) expect(Buffer.from(value).toString()).toStartWith(`${topic}:`);
  },
  "a backlog far above the limits is read to its end, each record once": async ({ log, topic, group }) => {
    const name = await topic(4);
    const value = bytesOf("x".repeat(500));
    for (let call = 0; call < 10; call += 1)
      await log.append(Array.from({ length: 1000 }, () => ({ topic: name, key: null, value })));
    const limits = { maxBatchBytes: 20_000, maxBatchRecords: 64 };
    const batches = await readAll(log, name, 10_000, { group: group(), ...limits });
    const total = [...ends(batches).values()].reduce((sum, end) => sum + end, 0);
    expect(total).toBe(10_000);
    expect(batches.reduce((sum, batch) => sum + batch.records.length, 0)).toBe(10_000);
    expect(Math.max(...batches.map((batch) => batch.records.length))).toBeLessThanOrEqual(40);
  },
};
