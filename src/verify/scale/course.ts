import type { PartitionLag } from "../../eventlog/port.ts";
import type { Metric } from "./autoscaler.ts";
import type { RestOptions } from "./rest.ts";
import { type Sent, sendUntilOut } from "./send.ts";
import { type Settled, untilAsBefore } from "./settle.ts";
import { type Replicas, type Seen, Watch } from "./watch.ts";

/** How a burst went. */
export type Course = Sent &
  Omit<Settled, "limits"> & {
    readonly before: Replicas;
    readonly most: Replicas;
    readonly after: Seen;
    /** Each metric at its highest while it was sent. */
    readonly peaks: readonly Metric[];
    /** Events that were sent, each many times, and of which the store has one; the latter absent without a store. */
    readonly events: number;
    readonly stored: number | undefined;
    /** How long was waited at most, for each part, ms. */
    readonly limits: Settled["limits"] & { readonly outMs: number };
  };

export type BurstOptions = RestOptions & {
  readonly before: Seen;
  readonly events: number;
  /** What has to wait at least for the autoscaler to take notice. */
  readonly least: number;
  /** How long, besides the autoscaler's own rules, it may take until more are ready, ms. */
  readonly burstMs: number;
  /** Sends some of the events, beginning with this one. */
  send(from: number, count: number): Promise<void>;
  lags(): Promise<readonly PartitionLag[]>;
  counted(): Promise<number>;
  stored(): Promise<number | undefined>;
};

/**
 * Sends until more processors are ready, then waits until all is processed and there are no more than before. Ends early
 * when it is interrupted.
 */
export async function followBurst(options: BurstOptions): Promise<Course> {
  const { signal, before, manners, events } = options;
  const watch = new Watch(before, options.look);
  const outMs = manners.upMs + options.burstMs;
  const sent = await sendUntilOut(options, watch, outMs);
  const { peaks } = watch;
  const { limits, ...settled } = await untilAsBefore(options, watch);
  return {
    ...{ before: { desired: before.desired, ready: before.ready }, most: watch.most, after: watch.last },
    ...{ peaks, events, ...sent, ...settled },
    ...{ stored: signal.aborted ? undefined : await options.stored(), limits: { outMs, ...limits } },
  };
}
