import type { RollupKey, Sums } from "../../telemetry/rollup.ts";
import type { RollupDelta } from "../port.ts";
import { createAdder } from "./add-delta.ts";
import type { Connection } from "./connection.ts";
import { createFreshnessWriter } from "./freshness.ts";
import { createSeriesInterner, lazily } from "./interning.ts";

/** Tells who keeps answers what has changed. */
export type Touched = (resolutionS: number, bucketMs: number) => void;

/** Applies deltas inside the caller's transaction, by compare-and-set on the highest offset that each rollup includes. */
export function createRollupWriter(connection: Connection, touched: Touched) {
  const { database } = connection;
  const seriesId = createSeriesInterner(connection);
  const freshness = createFreshnessWriter(connection);
  const add = createAdder(database);
  const last = lazily(() =>
    database.prepare<{ last: number }, [number, number, number]>(
      "SELECT last_offset AS last FROM rollup WHERE resolution_s = ? AND bucket_ms = ? AND series = ?",
    ),
  );

  const apply = (delta: RollupDelta): void => {
    const series = seriesId(delta.key);
    if (guarded(delta, () => add(series, delta))) {
      freshness.note(delta);
      return;
    }
    const { resolutionS, bucketMs } = delta.key;
    const held = last().get(resolutionS, bucketMs, series)!.last;
    const rest = held >= delta.lastOffset ? undefined : delta.since(held);
    if (rest === undefined) return;
    if (rest.firstOffset <= held) throw new Error(`since(${held}) gave offset ${rest.firstOffset} again`);
    apply(rest);
  };
  return (deltas: readonly RollupDelta[]): void => {
    for (const delta of deltas) apply(delta);
    freshness.flush();
    for (const { key } of deltas) touched(key.resolutionS, key.bucketMs);
  };
}

/** A sum that is no 64-bit integer is a bug in whoever made the delta, so it is not turned into an outage. */
function guarded<T>(delta: RollupDelta, fn: () => T): T {
  try {
    return fn();
  } catch (cause) {
    if (!String((cause as { code?: string }).code).startsWith("SQLITE_CONSTRAINT")) throw cause;
    throw new Error(`a sum of ${describe(delta.key, delta.sums)} would not be a 64-bit integer`, { cause });
  }
}

function describe(key: RollupKey, sums: Readonly<Sums>): string {
  return `the ${key.resolutionS} s rollup of ${key.kind} events at ${key.bucketMs} (adding ${JSON.stringify(sums)})`;
}
