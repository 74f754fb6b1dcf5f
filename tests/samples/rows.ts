import type { RollupRow } from "../../src/store/port.ts";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";
import { recomputeRollups } from "../../src/telemetry/recompute.ts";
import type { ResolutionS } from "../../src/telemetry/rollup.ts";
import type { Slo } from "../../src/telemetry/slo.ts";

/** Rows as a store answers them when everything is asked for, from nothing but events. */
export function rowsOf(
  events: readonly TelemetryEvent[],
  resolutionS: ResolutionS = 3600,
  slo?: Slo,
): RollupRow[] {
  const placed = events.map((event, offset) => ({
    origin: "log/topic/0",
    offset,
    tsMs: Date.parse(event.ts),
    event,
  }));
  return [...recomputeRollups(placed, slo).values()]
    .filter(({ key }) => key.resolutionS === resolutionS)
    .map(({ key, sums, newestMs, oldestMs }) => ({
      kind: key.kind,
      bucketMs: key.bucketMs,
      dimensions: key.dimensions,
      sums,
      newestMs,
      oldestMs,
    }));
}
