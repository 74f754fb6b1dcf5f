import { eventKinds } from "../../telemetry/topics.ts";
import { collections } from "./collections.ts";
import { codeOf } from "./driver/failures.ts";
import type { MongoLink } from "./driver/link.ts";

type Index = {
  readonly collection: string;
  readonly name: string;
  readonly key: Readonly<Record<string, 1>>;
  readonly expireAfterSeconds?: number;
};

/** How long single events are kept unless a processor says otherwise, ms. */
const DEFAULT_RETENTION_MS = 30 * 86_400_000;
/** The longest that an index can keep something, seconds. */
const MAX_EXPIRY_S = 2 ** 31 - 1;
const AGE_INDEX = "ca3_age";
const DOING = "cannot prepare the collections";

/** Error codes of the server: an equal index under other options, and another index under this name. */
const OTHER_OPTIONS = 85;
const OTHER_KEY = 86;
const NO_COLLECTION = 26;

/**
 * Few, because every insert pays for each. Events age from `aged_from`, which is their expiry less the retention, so
 * that another retention is one change to the index and holds for what is stored already.
 */
const indexesFor = (retentionMs: number): readonly Index[] => {
  const expireAfterSeconds = Math.min(MAX_EXPIRY_S, Math.ceil(retentionMs / 1000));
  const { events, deadLetters } = collections;
  return [
    { collection: events.gpu, name: "ca3_gpu_ts", key: { gpu_uuid: 1, ts: 1 } },
    { collection: events.token, name: "ca3_model_ts", key: { model: 1, ts: 1 } },
    ...eventKinds.map((kind) => ({
      collection: events[kind],
      name: AGE_INDEX,
      key: { aged_from: 1 } as const,
      expireAfterSeconds,
    })),
    { collection: deadLetters, name: "ca3_state_reason", key: { state: 1, reason: 1 } },
  ];
};

/** Creates what is missing and applies the retention. Idempotent, also when several processors start at once. */
export async function ensureIndexes(link: MongoLink, retentionMs: number): Promise<void> {
  await Promise.all(indexesFor(retentionMs).map((index) => ensure(link, index)));
}

async function ensure(link: MongoLink, index: Index): Promise<void> {
  const { collection, ...spec } = index;
  const create = () =>
    link.slowCommand(DOING, { createIndexes: collection, indexes: [spec], writeConcern: { w: "majority" } });
  const drop = (what: string | Index["key"]) => link.command(DOING, { dropIndexes: collection, index: what });
  try {
    await create();
  } catch (error) {
    if (codeOf(error) === OTHER_KEY) {
      await drop(index.name);
      await create();
    } else if (codeOf(error) !== OTHER_OPTIONS) throw error;
    else if (index.expireAfterSeconds !== undefined)
      await changeExpiry(link, index).catch(async () => {
        await drop(index.key);
        await create();
      });
    // otherwise somebody has made the same index under another name, which serves as well
  }
}

const changeExpiry = (link: MongoLink, { collection, key, expireAfterSeconds }: Index) =>
  link.command(DOING, { collMod: collection, index: { keyPattern: key, expireAfterSeconds } });

/** `collection.name` of each wanted index that no index of the same key, and of the same ageing, stands for. */
export async function missingIndexes(link: MongoLink): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { collection, name, key, expireAfterSeconds } of indexesFor(DEFAULT_RETENTION_MS)) {
    const there = await link
      .query("cannot list the indexes", () => link.db.collection(collection).listIndexes().toArray())
      .catch((error: unknown) => {
        if (codeOf(error) === NO_COLLECTION || codeOf((error as Error).cause) === NO_COLLECTION) return [];
        throw error;
      });
    const found = there.some(
      (one) =>
        JSON.stringify(one["key"]) === JSON.stringify(key) &&
        (one["expireAfterSeconds"] === undefined) === (expireAfterSeconds === undefined),
    );
    if (!found) missing.push(`${collection}.${name}`);
  }
  return missing;
}

/** How long events are kept in a store that somebody else has prepared, ms. */
export async function storedRetentionMs(link: MongoLink): Promise<number> {
  try {
    const collection = link.db.collection(collections.events.gpu);
    const indexes = await link.query(DOING, () => collection.listIndexes().toArray());
    const age = indexes.find(({ name }) => name === AGE_INDEX) as { expireAfterSeconds?: number } | undefined;
    return age?.expireAfterSeconds === undefined ? DEFAULT_RETENTION_MS : age.expireAfterSeconds * 1000;
  } catch (error) {
    if (codeOf(error) === NO_COLLECTION) return DEFAULT_RETENTION_MS;
    throw error;
  }
}
