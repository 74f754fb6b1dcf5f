import type { Freshness, RollupRow } from "../../../store/port.ts";
import type { ReadableStore } from "../options.ts";

const BUCKET_MS = 10_000;
/** Events of the bucket that has just ended may still be on their way. */
const SETTLE_MS = 2_000;

/**
 * Sums over the last `windowS` seconds in whole ten-second rollups, up to now, or up to the newest event when that is
 * older. Undefined when nothing is stored in them.
 */
export async function recentRollups(
  store: ReadableStore,
  freshness: readonly Freshness[],
  nowMs: number,
  windowS: number,
): Promise<{ readonly row: RollupRow; readonly toMs: number } | undefined> {
  if (freshness.length === 0) return undefined;
  const newestMs = Math.max(...freshness.map((one) => one.newestMs)) + BUCKET_MS;
  const toMs = Math.floor((Math.min(nowMs, newestMs) - SETTLE_MS) / BUCKET_MS) * BUCKET_MS;
  const fromMs = toMs - windowS * 1000;
  const [row] = await store.queryRollups({ resolutionS: 10, fromMs, toMs, groupBy: [] });
  return row && { row, toMs };
}
