import type { Secret } from "../support/secret.ts";
import { readSettings } from "../support/settings.ts";
import { type StoreSettings, storeSettings } from "./config.ts";
import { createDeadLetters } from "./mongo/dead-letters.ts";
import { MongoLink } from "./mongo/driver/link.ts";
import { targetOf } from "./mongo/driver/target.ts";
import { ensureIndexes, storedRetentionMs } from "./mongo/indexes.ts";
import { createEventWriter } from "./mongo/insert-events.ts";
import { createLatestWriter, readLatest } from "./mongo/latest.ts";
import { createRollupWriter } from "./mongo/rollups/apply-rollups.ts";
import { expireRollups } from "./mongo/rollups/expire.ts";
import { readFreshness } from "./mongo/rollups/freshness.ts";
import { queryRollups } from "./mongo/rollups/read-rollups.ts";
import { scanEvents } from "./mongo/scan-events.ts";
import type { TelemetryStore } from "./port.ts";

export type MongoStoreOptions = {
  /** Those of `src/store/config.ts`; their URL is not looked at. */
  readonly settings?: StoreSettings;
  /**
   * How long events are kept, ms; what is stored already is kept as long. Given by whoever stores events: collections and
   * indexes are made then. Without it the store is taken as it is, and a user who may only read will do.
   */
  readonly retentionMs?: number;
};

/**
 * A store in a MongoDB of version 4.2 or newer, replicated or not; no transaction is needed. Opening it signs in and
 * prepares the collections, or rejects: CA3_STORE_UNREACHABLE, CA3_STORE_TLS, CA3_STORE_CREDENTIALS, CA3_STORE_FORBIDDEN,
 * CA3_STORE_UNSUPPORTED, CA3_CONFIG or CA3_FILE. What has worked once and is refused later is an outage.
 */
export async function openMongoStore(
  url: Secret | string,
  options: MongoStoreOptions = {},
): Promise<TelemetryStore> {
  const { settings = readSettings(storeSettings, {}), retentionMs: wantedMs } = options;
  const link = new MongoLink(targetOf(url, settings), {
    timeoutMs: settings.mongoTimeoutMs,
    queryTimeoutMs: settings.mongoQueryTimeoutMs,
    poolSize: settings.mongoPoolSize,
  });
  let retentionMs = wantedMs ?? 0;
  await link.open(async () => {
    if (wantedMs === undefined) retentionMs = await storedRetentionMs(link);
    else await ensureIndexes(link, wantedMs);
  });
  const letters = createDeadLetters(link);
  return {
    insertEvents: createEventWriter(link, retentionMs),
    applyRollups: createRollupWriter(link),
    keepLatest: createLatestWriter(link),
    addDeadLetters: letters.add,

    queryRollups: (query) => queryRollups(link, query),
    latest: (kind) => readLatest(link, kind),
    freshness: () => readFreshness(link),
    scanEvents: (filter = {}) => scanEvents(link, retentionMs, filter),

    listDeadLetters: letters.list,
    getDeadLetter: letters.get,
    markDeadLetters: letters.mark,
    countDeadLetters: letters.count,

    expire: (nowMs) => expireRollups(link, nowMs),
    ping: async () => void (await link.command("cannot reach MongoDB", { ping: 1 })),
    close: () => link.close(),
  };
}
