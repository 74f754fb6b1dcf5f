import { type Dimensions, zeroSums } from "../../../telemetry/rollup.ts";
import type { RollupDelta } from "../../port.ts";
import type { Addition } from "./addition.ts";

/** The width that is never deleted, and which holds every event once. */
const COUNTED_RESOLUTION_S = 3600;

/** One object for all, because ids are remembered by it; its values cannot be told from those of any other. */
const NO_DIMENSIONS: Dimensions = {
  ...{ host: "", gpu: "", gpuModel: "", model: "" },
  ...{ team: "", tenant: "", quality: "", source: "" },
};

/**
 * What some deltas add to the number of events of their partition and kind, and to its span of time: kept as one more
 * rollup, so that freshness need not read all hours there ever were. Its guard is that of any rollup, on condition that
 * the hours of a batch come in one call.
 */
export function totalsOf(deltas: readonly RollupDelta[]): Addition[] {
  const hours = deltas.filter(({ key }) => key.resolutionS === COUNTED_RESOLUTION_S);
  const groups = Map.groupBy(hours, ({ key }) => `${key.kind} ${key.origin}`);
  return [...groups.values()].map(total);
}

function total(hours: readonly RollupDelta[]): Addition {
  const { kind, origin } = hours[0]!.key;
  const sums = zeroSums();
  for (const hour of hours) sums.events += hour.sums.events;
  return {
    key: { kind, origin, resolutionS: 0, bucketMs: 0, dimensions: NO_DIMENSIONS },
    firstOffset: Math.min(...hours.map((hour) => hour.firstOffset)),
    lastOffset: Math.max(...hours.map((hour) => hour.lastOffset)),
    newestMs: Math.max(...hours.map((hour) => hour.newestMs)),
    oldestMs: Math.min(...hours.map((hour) => hour.oldestMs)),
    sums,
    since(offset) {
      const rest = hours.flatMap((hour) => hour.since(offset) ?? []);
      return rest.length === 0 ? undefined : total(rest);
    },
  };
}
