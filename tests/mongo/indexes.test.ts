import { expect, test } from "bun:test";
import { openMongoStore } from "../../src/store/mongo.ts";
import { stored } from "../contracts/store/samples.ts";
import { someMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { ownDatabase, withClient } from "./open.ts";

const DAY_MS = 86_400_000;

await withService("mongo", someMongo, (mongo) => {
  /** Names of the indexes by collection, without those of ids. */
  const indexesOf = (name: string) =>
    withClient(mongo.url, async (client) => {
      const found: Record<string, string[]> = {};
      for (const { name: collection } of await client.db(name).listCollections().toArray()) {
        const indexes = await client.db(name).collection(collection).listIndexes().toArray();
        const others = indexes.map((index) => index["name"] as string).filter((one) => one !== "_id_");
        if (others.length > 0) found[collection] = others.sort();
      }
      return found;
    });
  const all = {
    gpu_metrics: ["ca3_age", "ca3_gpu_ts"],
    token_usage: ["ca3_age", "ca3_model_ts"],
    dead_letters: ["ca3_state_reason"],
  };
  const openAndClose = async (url: string, retentionMs: number) =>
    (await openMongoStore(url, { retentionMs })).close();

  test("opening to write makes them, and again changes nothing", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    await openAndClose(url, DAY_MS);
    expect(await indexesOf(name)).toEqual(all);
    await openAndClose(url, DAY_MS);
    expect(await indexesOf(name)).toEqual(all);
  });

  test("opening to read makes nothing", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    const reader = await openMongoStore(url);
    expect(await reader.freshness()).toEqual([]);
    expect(await Array.fromAsync(reader.scanEvents())).toEqual([]);
    await reader.close();
    expect(await indexesOf(name)).toEqual({});
  });

  test("processors that start at the same moment, some with another retention, all get to work", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    const stores = await Promise.all(
      Array.from({ length: 8 }, (_, at) => openMongoStore(url, { retentionMs: (1 + (at % 2)) * DAY_MS })),
    );
    expect(await indexesOf(name)).toEqual(all);
    await Promise.all(stores.map((store, at) => store.insertEvents([stored(`e${at}`)])));
    expect((await Array.fromAsync(stores[0]!.scanEvents())).length).toBe(8);
    await Promise.all(stores.map((store) => store.close()));
  });

  test("an index that somebody else made under another name serves as well", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    await withClient(mongo.url, (client) =>
      client.db(name).collection("token_usage").createIndex({ model: 1, ts: 1 }, { name: "theirs" }),
    );
    await openAndClose(url, DAY_MS);
    expect(await indexesOf(name)).toEqual({ ...all, token_usage: ["ca3_age", "theirs"] });
  });

  test("an index of ours that an older release made over other fields is made anew", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    await withClient(mongo.url, (client) =>
      client.db(name).collection("gpu_metrics").createIndex({ host: 1 }, { name: "ca3_gpu_ts" }),
    );
    await openAndClose(url, DAY_MS);
    expect(await indexesOf(name)).toEqual(all);
    const key = await withClient(mongo.url, async (client) => {
      const indexes = await client.db(name).collection("gpu_metrics").listIndexes().toArray();
      return indexes.find((index) => index["name"] === "ca3_gpu_ts")?.["key"];
    });
    expect(key).toEqual({ gpu_uuid: 1, ts: 1 });
  });

  test("collections of somebody else in the same database are left alone", async () => {
    await using own = ownDatabase(mongo.url);
    const { name, url } = own;
    await withClient(mongo.url, (client) => client.db(name).collection("orders").insertOne({ n: 1 }));
    await openAndClose(url, DAY_MS);
    const orders = await withClient(mongo.url, (client) =>
      client
        .db(name)
        .collection("orders")
        .find({}, { projection: { _id: 0 } })
        .toArray(),
    );
    expect(orders.map(({ n }) => n)).toEqual([1]);
  });
});
