import { type ResolutionS, ROLLUP_RETENTION_MS, rollupAgeFromMs } from "../../../telemetry/rollup.ts";
import { collections } from "../collections.ts";
import { DURABLY, type MongoLink } from "../driver/link.ts";
import { readFreshness } from "./freshness.ts";
import type { RollupDocument } from "./rollup-document.ts";
import { allIds, idRange } from "./rollup-id.ts";

const DOING = "cannot delete old rollups";
/** How long one call goes on before it reports back, ms. */
const CALL_MS = 500;

/**
 * Deletes rollups that are too old, a bucket at a time; events are the server's own work. Not by an index of the server
 * as well, because the age of rollups counts from the newest event and not from the clock.
 */
export async function expireRollups(link: MongoLink, nowMs: number): Promise<number> {
  const endMs = performance.now() + CALL_MS;
  const ageFromMs = rollupAgeFromMs(nowMs, await readFreshness(link));
  let gone = 0;
  for (const [width, keptMs] of Object.entries(ROLLUP_RETENTION_MS)) {
    const resolutionS = Number(width) as ResolutionS;
    for (;;) {
      if (performance.now() >= endMs && gone > 0) return gone;
      const bucketMs = await oldestBucket(link, resolutionS);
      if (bucketMs === undefined || bucketMs + resolutionS * 1000 + keptMs > ageFromMs) break;
      const q = { _id: idRange(resolutionS, bucketMs, bucketMs + 1) };
      const command = { delete: collections.rollups, deletes: [{ q, limit: 0 }], ...DURABLY };
      gone += (await link.command(DOING, command))["n"] as number;
    }
  }
  return gone;
}

async function oldestBucket(link: MongoLink, resolutionS: ResolutionS): Promise<number | undefined> {
  const [oldest] = await link.query(DOING, (signal) =>
    link.db
      .collection<RollupDocument>(collections.rollups)
      .find({ _id: allIds(resolutionS) }, { projection: { bucket: 1 }, sort: { _id: 1 }, limit: 1, signal })
      .toArray(),
  );
  return oldest?.bucket.getTime();
}
