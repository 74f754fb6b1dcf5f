import type { RollupQuery, RollupRow } from "../../src/store/port.ts";
import { addSums, type Dimension, zeroSums } from "../../src/telemetry/rollup.ts";
import type { HeldRollup } from "./memory-store.ts";

/** Answers a rollup query from rollups in memory. */
export function groupRollups(held: readonly HeldRollup[], query: RollupQuery): RollupRow[] {
  const rows = new Map<string, RollupRow>();
  const where = Object.entries(query.where ?? {}) as [Dimension, string][];
  for (const { key, sums, newestMs, oldestMs } of held) {
    if (key.resolutionS !== query.resolutionS) continue;
    if (key.bucketMs < query.fromMs || key.bucketMs >= query.toMs) continue;
    if (query.kind !== undefined && key.kind !== query.kind) continue;
    if (where.some(([name, value]) => key.dimensions[name] !== value)) continue;
    const dimensions: Partial<Record<Dimension, string>> = {};
    for (const by of query.groupBy) if (by !== "kind" && by !== "bucket") dimensions[by] = key.dimensions[by];
    const group = {
      ...(query.groupBy.includes("kind") ? { kind: key.kind } : {}),
      ...(query.groupBy.includes("bucket") ? { bucketMs: key.bucketMs } : {}),
      dimensions,
    };
    const id = JSON.stringify(group);
    const row = rows.get(id) ?? { ...group, sums: zeroSums(), newestMs, oldestMs };
    addSums(row.sums, sums);
    rows.set(id, {
      ...row,
      newestMs: Math.max(row.newestMs, newestMs),
      oldestMs: Math.min(row.oldestMs, oldestMs),
    });
  }
  return [...rows.values()];
}
