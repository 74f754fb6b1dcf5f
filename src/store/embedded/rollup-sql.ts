import { decodeLatencies } from "../../telemetry/latency.ts";
import type { Dimension, Dimensions, Sums } from "../../telemetry/rollup.ts";
import { DIMENSIONS, SUMS, zeroSums } from "../../telemetry/rollup.ts";
import type { EventKind } from "../../telemetry/topics.ts";
import type { RollupQuery, RollupRow } from "../port.ts";
import { LATENCY_COLUMN } from "./schema.ts";

export type SqlValue = string | number | null;

/** A grouping as one statement over a span of buckets, and how to read what it returns. */
export type GroupingStatement = {
  readonly sql: string;
  parameters(fromMs: number, toMs: number): SqlValue[];
  row(values: readonly SqlValue[]): RollupRow;
};

/**
 * Pure: turns a query into a statement. `columns` are the columns that the table has; a sum without one reads as zero.
 * The rollups are the outer loop (CROSS JOIN keeps SQLite from changing that), because they are clustered by time.
 */
export function groupingStatement(query: RollupQuery, columns: ReadonlySet<string>): GroupingStatement {
  const dimensions = DIMENSIONS.filter((name) => query.groupBy.includes(name));
  const withKind = query.groupBy.includes("kind");
  const withBucket = query.groupBy.includes("bucket");
  const filters = Object.entries(query.where ?? {}).filter(([, value]) => value !== undefined);
  if (query.kind !== undefined) filters.push(["kind", query.kind]);

  const groups = [
    ...(withBucket ? ["rollup.bucket_ms"] : []),
    ...(withKind ? ["series.kind"] : []),
    ...dimensions.map((name) => `series.${column(name)}`),
  ];
  const sums = SUMS.map((name) => (columns.has(name) ? `sum("${name}")` : "0"));
  const latency = columns.has(LATENCY_COLUMN) ? `group_concat(${LATENCY_COLUMN}, ' ')` : "NULL";
  const needsSeries = withKind || dimensions.length > 0 || filters.length > 0;
  const sql = [
    `SELECT ${[...groups, "max(newest_ms)", "min(oldest_ms)", ...sums, latency].join(", ")} FROM rollup`,
    needsSeries ? "CROSS JOIN series ON series.id = rollup.series" : "",
    "WHERE resolution_s = ? AND bucket_ms >= ? AND bucket_ms < ?",
    ...filters.map(([name]) => `AND series.${column(name)} = ?`),
    groups.length > 0 ? `GROUP BY ${groups.join(", ")}` : "HAVING count(*) > 0",
  ].join(" ");
  return {
    sql,
    parameters: (fromMs, toMs) => [
      query.resolutionS,
      fromMs,
      toMs,
      ...filters.map(([, value]) => value as string),
    ],
    row: reader(withBucket, withKind, dimensions),
  };
}

/** Names come from a closed list, never from a person; anything else is a bug. */
function column(name: string): string {
  if (name === "kind" || (DIMENSIONS as readonly string[]).includes(name)) return name;
  throw new Error(`rollups have no dimension ${name}`);
}

function reader(withBucket: boolean, withKind: boolean, names: readonly Dimension[]) {
  const zero = zeroSums();
  return (values: readonly SqlValue[]): RollupRow => {
    let at = 0;
    const bucket = withBucket ? { bucketMs: values[at++] as number } : undefined;
    const kind = withKind ? { kind: values[at++] as EventKind } : undefined;
    const dimensions: Partial<Record<Dimension, string>> = {};
    for (const name of names) dimensions[name] = values[at++] as string;
    const newestMs = values[at++] as number;
    const oldestMs = values[at++] as number;
    const sums: Sums = { ...zero };
    for (const name of SUMS) sums[name] = values[at++] as number;
    const latency = decodeLatencies(values[at++] as string | null);
    if (latency !== undefined) sums.latency = latency;
    return { ...bucket, ...kind, dimensions: dimensions as Partial<Dimensions>, sums, newestMs, oldestMs };
  };
}
