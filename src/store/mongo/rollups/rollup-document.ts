import type { Long } from "mongodb";
import { DIMENSIONS, SUMS, type SumName } from "../../../telemetry/rollup.ts";
import type { EventKind } from "../../../telemetry/topics.ts";
import type { BsonWriter } from "../bson/writer.ts";
import type { Addition } from "./addition.ts";

/** A rollup as it is stored. Dimensions that are empty and sums that are zero are left out. */
export type RollupDocument = {
  readonly _id: string;
  readonly resolution_s: number;
  readonly bucket: Date;
  readonly kind: EventKind;
  readonly origin: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly last_offset: number;
  readonly newest: Date;
  readonly oldest: Date;
  readonly sums: Readonly<Partial<Record<SumName, number | Long>>>;
  /** Requests by time, by the place in the list of `LatencyCounts`. */
  readonly latency?: Readonly<Record<string, number | Long>>;
};

/** A new rollup. All sums are 64-bit integers from the start, so that adding to them stays exact. */
export function writeRollup(into: BsonWriter, id: string, { key, sums, ...delta }: Addition): void {
  const start = into.open();
  into.string("_id", id);
  into.int32("resolution_s", key.resolutionS);
  into.date("bucket", key.bucketMs);
  into.string("kind", key.kind);
  into.string("origin", key.origin);
  const dimensions = into.openField("dimensions");
  for (const name of DIMENSIONS) if (key.dimensions[name] !== "") into.string(name, key.dimensions[name]);
  into.close(dimensions);
  into.int64("last_offset", delta.lastOffset);
  into.date("newest", delta.newestMs);
  into.date("oldest", delta.oldestMs);
  const added = into.openField("sums");
  for (const name of SUMS) if (sums[name] !== 0) into.int64(name, sums[name]);
  into.close(added);
  if (sums.latency) {
    const counts = into.openField("latency");
    for (let at = 0; at < sums.latency.length; at++)
      if (sums.latency[at]) into.int64(String(at), sums.latency[at]!);
    into.close(counts);
  }
  into.close(start);
}

/** The guard and the sums in one statement on one document, which the server carries out wholly or not at all. */
export function writeUpdate(into: BsonWriter, id: string, { sums, ...delta }: Addition): void {
  const start = into.open();
  const query = into.openField("q");
  into.string("_id", id);
  const guard = into.openField("last_offset");
  into.int64("$lt", delta.firstOffset);
  into.close(guard);
  into.close(query);

  const update = into.openField("u");
  const set = into.openField("$set");
  into.int64("last_offset", delta.lastOffset);
  into.close(set);
  const newer = into.openField("$max");
  into.date("newest", delta.newestMs);
  into.close(newer);
  const older = into.openField("$min");
  into.date("oldest", delta.oldestMs);
  into.close(older);
  const add = into.openField("$inc");
  for (const name of SUMS) if (sums[name] !== 0) into.int64(`sums.${name}`, sums[name]);
  if (sums.latency)
    for (let at = 0; at < sums.latency.length; at++)
      if (sums.latency[at]) into.int64(`latency.${at}`, sums.latency[at]!);
  into.close(add);
  into.close(update);
  into.close(start);
}
