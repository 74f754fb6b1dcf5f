import type { EventKind } from "../../../telemetry/topics.ts";
import type { Freshness } from "../../port.ts";
import { collections } from "../collections.ts";
import type { MongoLink } from "../driver/link.ts";
import { toNumber } from "../numbers.ts";
import type { RollupDocument } from "./rollup-document.ts";
import { allIds } from "./rollup-id.ts";

/** Adds up the totals, of which there is one per partition and kind. */
export async function readFreshness(link: MongoLink): Promise<readonly Freshness[]> {
  const totals = await link.query("cannot read freshness", (signal) =>
    link.db
      .collection<RollupDocument>(collections.rollups)
      .find({ _id: allIds(0) }, { signal })
      .toArray(),
  );
  const byKind = new Map<EventKind, Freshness>();
  for (const { kind, newest, oldest, sums } of totals) {
    const seen = byKind.get(kind);
    byKind.set(kind, {
      kind,
      newestMs: Math.max(seen?.newestMs ?? newest.getTime(), newest.getTime()),
      oldestMs: Math.min(seen?.oldestMs ?? oldest.getTime(), oldest.getTime()),
      events: (seen?.events ?? 0) + toNumber(sums.events ?? 0),
    });
  }
  return [...byKind.values()];
}
