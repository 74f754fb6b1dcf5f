import { expect } from "bun:test";
import type { OutRecord } from "../../../src/eventlog/port.ts";
import { bytesOf, type Contract, ends, readAll, records, textOf } from "./rig.ts";

const everyByte = Uint8Array.from({ length: 1024 }, (_, i) => i % 256);
const values: readonly Uint8Array[] = [
  new Uint8Array(0),
  Uint8Array.of(0),
  Uint8Array.of(0xff, 0xfe, 0xc0, 0x80),
  bytesOf('{"model":"llama – 3.1","é":"日本語"}'),
  everyByte,
  crypto.getRandomValues(new Uint8Array(65_536)),
  new Uint8Array(1_000_000).fill(0x20),
];

export const recordPromises: Contract = {
  "values come back byte for byte: empty, binary, a megabyte": async ({ log, topic }) => {
    const name = await topic(1);
    await log.append(values.map((value): OutRecord => ({ topic: name, key: "k", value })));
    const back = (await readAll(log, name, values.length)).flatMap((batch) => batch.records);
    expect(back.length).toBe(values.length);
    for (const [index, value] of values.entries()) expect(Buffer.compare(back[index]!.value, value)).toBe(0);
  },
  "keys and headers come back as they were sent; without headers there are none": async ({ log, topic }) => {
    const name = await topic(1);
    const headers = {
      reason: "malformed_json",
      origin: "a/b/0",
      "": "empty name",
      text: 'ä€😀\n"',
      blank: "",
    };
    await log.append([
      { topic: name, key: "GPU-1", value: bytesOf("0"), headers },
      { topic: name, key: null, value: bytesOf("1") },
      { topic: name, key: "日本", value: bytesOf("2"), headers: {} },
    ]);
    const back = (await readAll(log, name, 3)).flatMap((batch) => batch.records);
    expect(back.map(({ key, headers }) => ({ key, headers }))).toEqual([
      { key: "GPU-1", headers },
      { key: null, headers: {} },
      { key: "日本", headers: {} },
    ]);
  },
  "records with the same key stay in order, in one partition": async ({ log, topic }) => {
    const name = await topic(4);
    const keys = ["a", "b", "c", "d", "e", "f", "g"];
    for (let call = 0; call < 5; call += 1)
      await log.append(keys.flatMap((key) => records(name, 4, { key, prefix: `${key}-${call}-` })));
    const batches = await readAll(log, name, keys.length * 20);
    for (const key of keys) {
      const holders = batches.filter((batch) => batch.records.some((record) => record.key === key));
      expect(new Set(holders.map(({ partition }) => partition)).size).toBe(1);
      const seen = holders.flatMap((batch) => batch.records.filter((record) => record.key === key));
      expect(seen.map(textOf)).toEqual(
        [0, 1, 2, 3, 4].flatMap((call) => [0, 1, 2, 3].map((i) => `${key}-${call}-${i}`)),
      );
    }
  },
  "records without a key spread over all partitions": async ({ log, topic }) => {
    const name = await topic(4);
    for (let call = 0; call < 40; call += 1) await log.append(records(name, 10));
    const counts = [...ends(await readAll(log, name, 400)).values()];
    expect(counts.length).toBe(4);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(50);
  },
  "offsets of a partition have no gap, and endOffset is the one after the newest record": async ({
    log,
    topic,
  }) => {
    const name = await topic(3);
    for (let call = 0; call < 10; call += 1) await log.append(records(name, 30));
    const batches = await readAll(log, name, 300, { maxBatchRecords: 7 });
    const last = ends(batches);
    for (const partition of [0, 1, 2]) {
      const own = batches.filter((batch) => batch.partition === partition);
      const offsets = own.flatMap((batch) => batch.records.map(({ offset }) => offset));
      expect(offsets).toEqual(offsets.map((_, i) => i));
      for (const { topic, endOffset } of own)
        expect({ topic, endOffset }).toEqual({ topic: name, endOffset: last.get(partition)! });
    }
  },
  "a record carries the time at which the log took it": async ({ log, topic }) => {
    const name = await topic(1);
    const before = Date.now();
    await log.append(records(name, 1));
    const after = Date.now();
    const [batch] = await readAll(log, name, 1);
    expect(batch!.records[0]!.appendedMs).toBeGreaterThanOrEqual(before);
    expect(batch!.records[0]!.appendedMs).toBeLessThanOrEqual(after);
  },
  "the origin names topic and partition of one log, and is the same for ever": async ({
    log,
    topic,
    reconnect,
  }) => {
    const [name, other] = [await topic(2), await topic(1)];
    await log.append([...records(name, 20), ...records(other, 1)]);
    const origins = async (from: typeof log) => {
      const batches = [...(await readAll(from, name, 20)), ...(await readAll(from, other, 1))];
      return new Map(batches.map((batch) => [`${batch.topic}/${batch.partition}`, batch.origin]));
    };
    const first = await origins(log);
    for (const [place, origin] of first) {
      expect(origin).toEndWith(`/${place}`);
      expect(origin.slice(0, -place.length - 1)).not.toBe("");
    }
    expect(await origins(await reconnect())).toEqual(first);
  },
  "acknowledged records are there after the connection was closed": async ({ log, topic, reconnect }) => {
    const name = await topic(2);
    await log.append(records(name, 500, { key: "k" }));
    await log.append([]);
    const batches = await readAll(await reconnect(), name, 500);
    expect(batches.flatMap((batch) => batch.records.map(textOf))).toEqual(
      records(name, 500).map((_, i) => `${i}`),
    );
  },
  "calls of append that overlap all arrive, each in its own order": async ({ log, topic }) => {
    const name = await topic(2);
    const writers = ["a", "b", "c", "d"];
    const calls = writers.flatMap((key) =>
      [0, 1, 2, 3, 4].map((call) => log.append(records(name, 3, { key, prefix: `${key}${call}` }))),
    );
    await Promise.all(calls);
    const back = (await readAll(log, name, 60)).flatMap((batch) => batch.records);
    for (const key of writers)
      expect(back.filter((record) => record.key === key).map(textOf)).toEqual(
        [0, 1, 2, 3, 4].flatMap((call) => [0, 1, 2].map((i) => `${key}${call}${i}`)),
      );
  },
  "a topic holds one record per once-id, whoever sends it and how often": async ({ log, topic, connect }) => {
    const [name, other] = [await topic(3), await topic(1)];
    const once = (to: string, onceId: string, text: string): OutRecord => ({
      topic: to,
      key: null,
      value: bytesOf(text),
      onceId,
    });
    await log.append([once(name, "a", "first"), once(name, "a", "again"), once(name, "b", "b")]);
    await log.append([once(name, "a", "again"), once(other, "a", "elsewhere"), once(name, "c", "c")]);
    const second = await connect();
    await Promise.all([second.append([once(name, "d", "d")]), log.append([once(name, "d", "d")])]);
    await second.append([once(name, "b", "again"), { topic: name, key: null, value: bytesOf("end") }]);
    const back = (await readAll(log, name, 5)).flatMap((batch) => batch.records.map(textOf));
    expect(back.sort()).toEqual(["b", "c", "d", "end", "first"]);
    const kept = (await log.lag("nobody", [name])).reduce((sum, { lag }) => sum + lag, 0);
    expect(kept).toBe(5);
    expect((await readAll(log, other, 1)).flatMap((batch) => batch.records.map(textOf))).toEqual([
      "elsewhere",
    ]);
  },
};
