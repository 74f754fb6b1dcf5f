import type { RollupQuery } from "../store/port.ts";
import { type RollupSource, reportQueries, type Window } from "./report-query.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Whole clock hours of a report that are read at once. */
export type ReportBlock = {
  readonly query: RollupQuery;
  /** Changes whenever anything in the block does. */
  readonly signature: string;
};

/**
 * The window in blocks, in order of time and without empty ones: the minutes at its ends, days, and hours in the last
 * two days that have events, because there every second something is new. A rollup only ever gains events, so their number tells of any change.
 */
export async function reportBlocks(store: RollupSource, window: Window): Promise<ReportBlock[]> {
  const blocks = reportQueries(window).map((query) =>
    query.resolutionS === 3600 ? hourBlocks(store, query) : minuteBlock(store, query),
  );
  return (await Promise.all(blocks)).flat();
}

/** The minutes at one end of the window, all at once. */
async function minuteBlock(store: RollupSource, query: RollupQuery): Promise<ReportBlock[]> {
  const kinds = await store.queryRollups({ ...query, groupBy: ["kind"] });
  const signature = kinds.map(({ kind, sums }) => `${kind} ${sums.events}`).sort();
  return kinds.length === 0 ? [] : [{ query, signature: signature.join() }];
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
