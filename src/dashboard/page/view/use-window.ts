import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import type { Snapshot } from "../data/types.ts";
import { refreshMs, type Stored } from "./range.ts";
import type { View } from "./view.ts";

/** Times of the oldest and newest event of all kinds; undefined when nothing is stored. */
export function storedOf(snapshot: Snapshot | undefined): Stored | undefined {
  const held = snapshot?.freshness.filter(({ newest, oldest }) => newest !== null && oldest !== null) ?? [];
  if (held.length === 0) return undefined;
  return {
    oldestMs: Math.min(...held.map(({ oldest }) => Date.parse(oldest!))),
    newestMs: Math.max(...held.map(({ newest }) => Date.parse(newest!))),
  };
}

/** When the figures of a view are worth asking for again; never while it stands still. */
export function useNextMs(): (nowMs: number) => number | undefined {
  const { view, now } = useDashboard();
  const { range, stoppedMs } = useCell<View>(view);
  return (nowMs) => {
    const every = stoppedMs === undefined ? refreshMs(range, now()) : undefined;
    return every === undefined ? undefined : nowMs + every;
  };
}
