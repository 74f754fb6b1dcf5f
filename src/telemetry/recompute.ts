import { bucketTimeMs, contributionOf } from "./contribution.ts";
import type { TelemetryEvent } from "./events.ts";
import { addSums, RESOLUTIONS_S, type RollupKey, type Sums, zeroSums } from "./rollup.ts";
import type { Slo } from "./slo.ts";

/** An event as the store holds it. */
export type PlacedEvent = {
  readonly origin: string;
  readonly offset: number;
  readonly tsMs: number;
  readonly event: TelemetryEvent;
};

export type RollupTotal = {
  readonly key: RollupKey;
  readonly sums: Sums;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly newestMs: number;
  readonly oldestMs: number;
};

/**
 * All rollups of a set of events, from nothing but the events: one event, three buckets, one addition each. Slow and
 * plain on purpose, because it is what stored rollups are compared with.
 */
export function recomputeRollups(events: Iterable<PlacedEvent>, slo?: Slo): Map<string, RollupTotal> {
  const totals = new Map<string, RollupTotal>();
  for (const { origin, offset, tsMs, event } of events) {
    const { kind, dimensions, sums } = contributionOf(event, slo);
    for (const resolutionS of RESOLUTIONS_S) {
      const width = resolutionS * 1000;
      const bucketMs = Math.floor(bucketTimeMs(event, tsMs) / width) * width;
      const key = { kind, resolutionS, bucketMs, origin, dimensions };
      const before = totals.get(rollupId(key));
      const sum = zeroSums();
      addSums(sum, sums);
      if (before) addSums(sum, before.sums);
      totals.set(rollupId(key), {
        key,
        sums: sum,
        firstOffset: Math.min(before?.firstOffset ?? offset, offset),
        lastOffset: Math.max(before?.lastOffset ?? offset, offset),
        newestMs: Math.max(before?.newestMs ?? tsMs, tsMs),
        oldestMs: Math.min(before?.oldestMs ?? tsMs, tsMs),
      });
    }
  }
  return totals;
}

/** A text that two keys share only when they are equal. */
export const rollupId = ({ kind, resolutionS, bucketMs, origin, dimensions }: RollupKey): string => {
  const { host, gpu, gpuModel, model, team, tenant, quality, source } = dimensions;
  const parts = [
    kind,
    resolutionS,
    bucketMs,
    origin,
    host,
    gpu,
    gpuModel,
    model,
    team,
    tenant,
    quality,
    source,
  ];
  return JSON.stringify(parts);
};
