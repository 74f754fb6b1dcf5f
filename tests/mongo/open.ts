import { storeSettings } from "../../src/store/config.ts";
import { type MongoStoreOptions, openMongoStore } from "../../src/store/mongo.ts";
import type { TelemetryStore } from "../../src/store/port.ts";
import { readSettings } from "../../src/support/settings.ts";

const DAY_MS = 86_400_000;

/** The settings with some changed, by variable. */
export const settingsWith = (env: Readonly<Record<string, string>>) => readSettings(storeSettings, { env });

/** The same server with a database that nobody else uses. */
export const inDatabase = (url: string, name: string): string => {
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
};

let fresh = 0;
export const freshName = (): string => `ca3_test_${process.pid}_${Date.now().toString(36)}_${fresh++}`;

/** The address of a database that nobody else uses, which is dropped at the end of the block. */
export function ownDatabase(url: string): AsyncDisposable & { readonly name: string; readonly url: string } {
  const name = freshName();
  return {
    name,
    url: inDatabase(url, name),
    [Symbol.asyncDispose]: () => dropDatabase(url, name),
  };
}

/** Opens a database of its own; it is dropped when the store is closed. */
export async function openFresh(url: string, options: MongoStoreOptions = {}): Promise<TelemetryStore> {
  const name = freshName();
  const store = await openMongoStore(inDatabase(url, name), { retentionMs: 30 * DAY_MS, ...options });
  return {
    ...store,
    async close() {
      await store.close();
      await dropDatabase(url, name);
    },
  };
}

export async function dropDatabase(url: string, name: string): Promise<void> {
  await withClient(url, (client) => client.db(name).dropDatabase());
}

/** The bare driver, to look at what the adapter has made. */
export async function withClient<T>(
  url: string,
  use: (client: import("mongodb").MongoClient) => Promise<T>,
): Promise<T> {
  const { MongoClient } = await import("mongodb");
  const client = new MongoClient(url);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
