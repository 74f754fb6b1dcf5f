import type { RollupQuery } from "../store/port.ts";
import { type RollupSource, reportQueries, type Window } from "./report-query.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Whole clock hours of a report that are read at once. */
export type ReportBlock = {
  readonly query: RollupQuery;
  /** Tells whether anything in the block has changed; absent where finding that out costs as much as reading it. */
  readonly signature?: string;
};

/**
 * The window in blocks, in order of time and without empty ones: days, and hours in the last two days that have events,
 * because there every second something is new. A rollup only ever gains events, so their number tells of any change.
 */
export async function reportBlocks(store: RollupSource, window: Window): Promise<ReportBlock[]> {
  const blocks: ReportBlock[] = [];
  for (const query of reportQueries(window)) {
    if (query.resolutionS === 3600) blocks.push(...(await hourBlocks(store, query)));
    else blocks.push({ query });
  }
  return blocks;
}

async function hourBlocks(store: RollupSource, query: RollupQuery): Promise<ReportBlock[]> {
  const hours = await store.queryRollups({ ...query, groupBy: ["kind", "bucket"] });
  const newestMs = hours.reduce((ms, hour) => Math.max(ms, hour.bucketMs ?? 0), 0);
  const hourlyFromMs = Math.floor(newestMs / DAY_MS) * DAY_MS - DAY_MS;
  const signatures = new Map<number, string[]>();
  for (const { bucketMs = 0, kind, sums } of hours) {
    const startMs = bucketMs >= hourlyFromMs ? bucketMs : Math.floor(bucketMs / DAY_MS) * DAY_MS;
    const list = signatures.get(startMs) ?? [];
    list.push(`${bucketMs} ${kind} ${sums.events}`);
    signatures.set(startMs, list);
  }
  return [...signatures]
    .sort(([a], [b]) => a - b)
    .map(([startMs, list]) => ({
      query: {
        ...query,
        fromMs: Math.max(query.fromMs, startMs),
        toMs: Math.min(query.toMs, startMs + (startMs >= hourlyFromMs ? HOUR_MS : DAY_MS)),
      },
      signature: list.sort().join(),
    }));
}
