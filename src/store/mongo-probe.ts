import { Ca3Error } from "../support/errors.ts";
import { Secret } from "../support/secret.ts";
import type { StoreSettings } from "./config.ts";
import { collections } from "./mongo/collections.ts";
import { DURABLY, MongoLink } from "./mongo/driver/link.ts";
import { targetOf } from "./mongo/driver/target.ts";
import { missingIndexes } from "./mongo/indexes.ts";

export type MongoLogin = { readonly username: string; readonly password: string };

/** What can be found out about a MongoDB besides what a store asks of it. No call touches what others have stored. */
export type MongoProbe = {
  ping(): Promise<void>;
  /** Replaces our one document in the collection `ca3_verify`; resolves when a majority has it in the journal. */
  writeByMajority(): Promise<void>;
  /** `collection.name` of each index that a processor makes and that is not there. */
  missingIndexes(): Promise<readonly string[]>;
  /** Whether reading without user and password is refused; absent when no user is set, so nothing is to be refused. */
  readonly refusesAnonymous?: () => Promise<boolean>;
  /** Whether somebody is let in; absent when no user is set. Rejects when that cannot be found out. */
  readonly letsIn?: (login: MongoLogin) => Promise<boolean>;
  close(): Promise<void>;
};

/** Connects and signs in, or rejects as `openMongoStore` does. */
export async function openMongoProbe(url: Secret, settings: StoreSettings): Promise<MongoProbe> {
  const target = targetOf(url, settings);
  const link = linkOf(url, settings);
  await link.open(async () => {});
  return {
    ping: async () => void (await link.command("cannot reach MongoDB", { ping: 1 })),
    writeByMajority: async () => {
      const change = { q: { _id: "probe" }, u: { $set: { at: new Date() } }, upsert: true };
      await link.command("cannot write", { update: "ca3_verify", updates: [change], ...DURABLY });
    },
    missingIndexes: () => missingIndexes(link),
    ...(target.user === undefined
      ? {}
      : {
          refusesAnonymous: () => isRefused(url, settings),
          letsIn: (login) => signsIn(url, settings, login),
        }),
    close: () => link.close(),
  };
}

/** Whether the server at this address takes writes now, as the primary of a replica set does. Rejects when it cannot be asked. */
export async function takesWrites(url: Secret, settings: StoreSettings): Promise<boolean> {
  const link = linkOf(url, settings);
  try {
    await link.open(async () => {});
    return (await link.command("ask for its role", { hello: 1 }))["isWritablePrimary"] === true;
  } finally {
    await link.close();
  }
}

const linkOf = (url: Secret | string, settings: StoreSettings): MongoLink =>
  new MongoLink(targetOf(url, settings), {
    ...{ timeoutMs: settings.mongoTimeoutMs, queryTimeoutMs: settings.mongoQueryTimeoutMs, poolSize: 2 },
  });

/** The address without the user that it may name. */
const nameless = (url: Secret): string => url.reveal().replace(/^([^/]*\/\/)[^@/]*@/, "$1");

async function signsIn(url: Secret, settings: StoreSettings, login: MongoLogin): Promise<boolean> {
  const link = linkOf(nameless(url), {
    ...settings,
    mongoUsername: login.username,
    mongoPassword: new Secret(login.password),
  });
  try {
    await link.open(async () => {});
    return true;
  } catch (error) {
    if (error instanceof Ca3Error && error.code === "CA3_STORE_CREDENTIALS") return false;
    throw error;
  } finally {
    await link.close();
  }
}

/** A ping needs no user, so something has to be read. */
async function isRefused(url: Secret, settings: StoreSettings): Promise<boolean> {
  const { mongoUsername: _user, mongoPassword: _password, ...others } = settings;
  const link = linkOf(nameless(url), others as StoreSettings);
  try {
    await link.open(
      async () => void (await link.command("read", { find: collections.events.gpu, limit: 1 })),
    );
    return false;
  } catch (error) {
    const code = error instanceof Ca3Error ? error.code : "";
    if (code === "CA3_STORE_CREDENTIALS" || code === "CA3_STORE_FORBIDDEN") return true;
    throw error;
  } finally {
    await link.close();
  }
}
