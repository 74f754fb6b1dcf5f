import { ROLLUP_RETENTION_MS } from "../telemetry/rollup.ts";
import { connect } from "./embedded/connection.ts";
import { createDeadLetters } from "./embedded/dead-letters.ts";
import type { RollupRetention } from "./embedded/expire.ts";
import { createExpiry } from "./embedded/expire.ts";
import { readFreshness } from "./embedded/freshness.ts";
import { readLatest } from "./embedded/latest.ts";
import { RollupReader } from "./embedded/query-rollups.ts";
import { scanEvents } from "./embedded/scan-events.ts";
import { createWrites } from "./embedded/writes.ts";
import type { TelemetryStore } from "./port.ts";

export type EmbeddedStoreOptions = {
  /** Opens an existing store without the right to write, also while another process writes to it. */
  readonly readonly?: boolean;
  readonly rollupRetention?: RollupRetention;
  /** Upper bound of the file in pages of 8 KiB; beyond it writes fail as they do on a full disk. */
  readonly maxPages?: number;
  /** How long a write waits for another process that is writing, ms. */
  readonly lockWaitMs?: number;
};

/**
 * The store of one machine, in one SQLite file. Every write is one durable transaction. Throws CA3_FILE, CA3_DATA_CORRUPT,
 * CA3_DATA_NEWER or CA3_STORE_UNAVAILABLE when the file cannot be opened.
 */
export function openEmbeddedStore(path: string, options: EmbeddedStoreOptions = {}): TelemetryStore {
  const { rollupRetention = ROLLUP_RETENTION_MS, ...fileOptions } = options;
  const connection = connect(path, fileOptions);
  const rollups = new RollupReader(connection);
  const writes = createWrites(connection, rollups.touched);
  const letters = createDeadLetters(connection);
  const expire = createExpiry(connection, rollupRetention, rollups.touched);
  return {
    ...writes,
    addDeadLetters: letters.add,

    queryRollups: (query) => rollups.query(query),
    latest: async (kind) => readLatest(connection, kind),
    freshness: async () => readFreshness(connection),
    scanEvents: (filter = {}) => scanEvents(connection, filter),

    listDeadLetters: async (query) => letters.list(query),
    getDeadLetter: async (id) => letters.get(id),
    markDeadLetters: letters.mark,
    countDeadLetters: async () => letters.count(),

    expire,
    async ping() {
      connection.use(() => connection.database.query("SELECT count(*) FROM freshness").get());
      connection.checkPlace();
    },
    close: async () => connection.close(),
  };
}
