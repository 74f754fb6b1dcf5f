import { formatCompact, formatCount, formatDuration } from "../../support/format.ts";
import { metricsText } from "./autoscaler.ts";
import type { Manners } from "./manners.ts";
import type { Replicas, Seen } from "./watch.ts";

type Burst = {
  readonly seen: Seen;
  readonly before: Replicas;
  readonly sent: number;
  readonly waiting: number;
  readonly leftMs: number;
};
type Settling = Pick<Burst, "seen" | "before" | "leftMs"> & {
  readonly behind: number;
  readonly counted: number;
  readonly events: number;
  readonly manners: Manners;
};

const atMost = (ms: number) => `at most ${formatDuration(Math.max(0, ms))} more`;
const processors = ({ desired, ready, max }: Seen) =>
  `${desired} of ${max} processors wanted, ${ready} ready`;

/** What the check is at, what it waits for, and how long that may take at most. Pure. */
export const told = {
  resting: (seen: Seen, leftMs: number): string =>
    `waiting until nothing scales by itself: ${processors(seen)}; ${metricsText(seen.metrics)}; ${atMost(leftMs)}`,
  burst({ seen, before, sent, waiting, leftMs }: Burst): string {
    const goal = seen.desired > before.desired ? `more than ${before.ready} are ready` : "more are wanted";
    return (
      `sending until ${goal}: ${formatCompact(sent)} records, ${formatCompact(waiting)} wait; ` +
      `${processors(seen)}; ${metricsText(seen.metrics)}; ${atMost(leftMs)}`
    );
  },
  settling({ seen, before, behind, counted, events, manners, leftMs }: Settling): string {
    const back =
      seen.desired > before.desired
        ? `; ${metricsText(seen.metrics)}; down to ${before.desired} takes ${formatDuration(manners.downMs)} of little use`
        : "";
    const left = `${formatCount(behind)} records left, ${formatCount(counted)} of ${formatCount(events)} events counted`;
    return `waiting until all is as before: ${left}; ${processors(seen)}${back}; ${atMost(leftMs)}`;
  },
} as const;
