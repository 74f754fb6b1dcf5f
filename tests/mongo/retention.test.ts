import { expect, test } from "bun:test";
import type { Document } from "mongodb";
import { MongoLink } from "../../src/store/mongo/driver/link.ts";
import { targetOf } from "../../src/store/mongo/driver/target.ts";
import { ensureIndexes } from "../../src/store/mongo/indexes.ts";
import { openMongoStore } from "../../src/store/mongo.ts";
import type { TelemetryStore } from "../../src/store/port.ts";
import { stored } from "../contracts/store/samples.ts";
import { until } from "../helpers/until.ts";
import { someMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { ownDatabase, settingsWith, withClient } from "./open.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

await withService("mongo", someMongo, (mongo) => {
  const expiryOf = (name: string) =>
    withClient(mongo.url, async (client) => {
      const found = new Map<string, unknown>();
      for (const collection of ["gpu_metrics", "token_usage"])
        for (const index of await client.db(name).collection(collection).listIndexes().toArray())
          if (index["name"] === "ca3_age") found.set(collection, index["expireAfterSeconds"]);
      return Object.fromEntries(found);
    });
  const idsIn = async (store: TelemetryStore) =>
    (await Array.fromAsync(store.scanEvents())).map(({ event }) => event.event_id);

  test("events of both kinds expire by an index, after the retention", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    await (await openMongoStore(url, { retentionMs: 2 * DAY_MS })).close();
    expect(await expiryOf(name)).toEqual({ gpu_metrics: 172_800, token_usage: 172_800 });
  });

  test("another retention holds from the next start on, for what is stored already as well", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    const first = await openMongoStore(url, { retentionMs: DAY_MS });
    const expiresMs = Date.now() + DAY_MS;
    await first.insertEvents([stored("a", { expiresMs }), stored("b", { kind: "token", expiresMs })]);
    await first.close();
    const second = await openMongoStore(url, { retentionMs: 3 * DAY_MS });
    expect(await expiryOf(name)).toEqual({ gpu_metrics: 259_200, token_usage: 259_200 });
    const held = await Array.fromAsync(second.scanEvents());
    expect(held.map((one) => one.expiresMs)).toEqual([expiresMs + 2 * DAY_MS, expiresMs + 2 * DAY_MS]);
    await second.close();
    const reader = await openMongoStore(url);
    expect((await Array.fromAsync(reader.scanEvents()))[0]!.expiresMs).toBe(expiresMs + 2 * DAY_MS);
    await reader.close();
  });

  test("a retention that no index can hold is as long as one can", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    await (await openMongoStore(url, { retentionMs: 100_000 * DAY_MS })).close();
    expect(await expiryOf(name)).toEqual({ gpu_metrics: 2_147_483_647, token_usage: 2_147_483_647 });
  });

  test("the server deletes what has expired and leaves the rest, and a shorter retention makes the rest go too", async () => {
    // servers look once a minute by themselves; not every one lets itself be hurried
    await withClient(mongo.url, (client) =>
      client
        .db("admin")
        .command({ setParameter: 1, ttlMonitorSleepSecs: 1 })
        .catch(() => {}),
    );
    await using own = ownDatabase(mongo.url);
    const { url } = own;
    const first = await openMongoStore(url, { retentionMs: DAY_MS });
    const nowMs = Date.now();
    await first.insertEvents([
      stored("gone", { expiresMs: nowMs - 1_000 }),
      stored("gone too", { kind: "token", expiresMs: nowMs - HOUR_MS }),
      stored("stays", { expiresMs: nowMs + HOUR_MS }),
      stored("stays too", { kind: "token", expiresMs: nowMs + HOUR_MS }),
    ]);
    await until("they have expired", async () => (await idsIn(first)).length <= 2, 150_000);
    expect(await idsIn(first)).toEqual(["stays", "stays too"]);
    await first.close();
    const second = await openMongoStore(url, { retentionMs: DAY_MS - 2 * HOUR_MS });
    await until("all have expired", async () => (await idsIn(second)).length === 0, 150_000);
    await second.close();
  }, 320_000);

  test("a user who may make indexes but not change them gets the new retention by making the index anew", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    await (await openMongoStore(url, { retentionMs: DAY_MS })).close();
    const limits = { timeoutMs: 10_000, queryTimeoutMs: 10_000, poolSize: 4 };
    const link = new MongoLink(targetOf(url, settingsWith({})), limits);
    const refused: unknown[] = [];
    const refusing = {
      slowCommand: (doing: string, command: Document) => link.slowCommand(doing, command),
      command: (doing: string, command: Document) => {
        if (!("collMod" in command)) return link.command(doing, command);
        refused.push(command);
        return Promise.reject(Object.assign(new Error("not authorized"), { code: 13 }));
      },
    } as unknown as MongoLink;
    await link.open(() => ensureIndexes(refusing, 5 * DAY_MS));
    await link.close();
    expect(refused.length).toBe(2);
    expect(await expiryOf(name)).toEqual({ gpu_metrics: 432_000, token_usage: 432_000 });
  });
});
