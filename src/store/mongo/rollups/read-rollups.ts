import type { Document } from "mongodb";
import { noLatencies } from "../../../telemetry/latency.ts";
import { SUMS, zeroSums } from "../../../telemetry/rollup.ts";
import type { RollupQuery, RollupRow } from "../../port.ts";
import { collections } from "../collections.ts";
import type { MongoLink } from "../driver/link.ts";
import { toNumber } from "../numbers.ts";
import { idRange } from "./rollup-id.ts";

type Group = Readonly<Record<string, unknown>>;
type Total = Record<string, number> & { _id: Group; newest: Date; oldest: Date };
type Counted = { _id: { group: Group; at: string }; count: number };

const DOING = "cannot read rollups";

/**
 * The server adds up. Counts by time are asked for apart, from the rollups that have any: there are more places in their
 * list than sums, and few of them hold a count.
 */
export async function queryRollups(link: MongoLink, query: RollupQuery): Promise<readonly RollupRow[]> {
  if (!(query.fromMs < query.toMs)) return [];
  const match = matchOf(query);
  const group = groupOf(query);
  const [totals, counts] = await Promise.all([
    aggregate<Total>(link, [{ $match: match }, { $group: { _id: group, ...SPAN, ...ALL_SUMS } }]),
    query.kind === "gpu" ? [] : aggregate<Counted>(link, latencyStages(match, group)),
  ]);
  const rows = new Map(totals.map((total) => [JSON.stringify(total._id), rowOf(query, total)]));
  for (const { _id, count } of counts) {
    // a rollup that came between the two answers is in the next one
    const sums = rows.get(JSON.stringify(_id.group))?.sums;
    if (sums === undefined) continue;
    const list = (sums.latency as number[] | undefined) ?? noLatencies();
    list[Number(_id.at)] = toNumber(count);
    sums.latency = list;
  }
  return [...rows.values()];
}

const aggregate = <T extends object>(link: MongoLink, pipeline: Document[]): Promise<T[]> =>
  link.query(DOING, (signal) =>
    link.db
      .collection(collections.rollups)
      .aggregate<T>(pipeline, { allowDiskUse: true, batchSize: 5_000, signal })
      .toArray(),
  );

const SPAN = { newest: { $max: "$newest" }, oldest: { $min: "$oldest" } };
const ALL_SUMS = Object.fromEntries(SUMS.map((name) => [name, { $sum: `$sums.${name}` }]));

function matchOf({ resolutionS, fromMs, toMs, kind, where = {} }: RollupQuery): Document {
  // a dimension that is empty is not stored, and null finds what is not there
  const conditions = Object.entries(where).map(([name, value]) => [
    `dimensions.${name}`,
    value === "" ? null : value,
  ]);
  return {
    _id: idRange(resolutionS, fromMs, toMs),
    ...(kind && { kind }),
    ...Object.fromEntries(conditions),
  };
}

function groupOf({ groupBy }: RollupQuery): Document {
  const fields = groupBy.map((by) => [
    by,
    by === "kind" || by === "bucket" ? `$${by}` : { $ifNull: [`$dimensions.${by}`, ""] },
  ]);
  return Object.fromEntries(fields);
}

const latencyStages = (match: Document, group: Document): Document[] => [
  { $match: { ...match, latency: { $exists: true } } },
  { $project: { group, counts: { $objectToArray: "$latency" } } },
  { $unwind: "$counts" },
  { $group: { _id: { group: "$group", at: "$counts.k" }, count: { $sum: "$counts.v" } } },
];

function rowOf({ groupBy }: RollupQuery, { _id, newest, oldest, ...sums }: Total): RollupRow {
  const { kind, bucket, ...dimensions } = _id as { kind?: RollupRow["kind"]; bucket?: Date };
  const all = zeroSums();
  for (const name of SUMS) all[name] = toNumber(sums[name] ?? 0);
  return {
    ...(kind !== undefined && groupBy.includes("kind") ? { kind } : {}),
    ...(bucket !== undefined ? { bucketMs: bucket.getTime() } : {}),
    dimensions,
    sums: all,
    newestMs: newest.getTime(),
    oldestMs: oldest.getTime(),
  };
}
