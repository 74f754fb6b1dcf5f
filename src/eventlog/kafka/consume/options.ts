import type { Clock } from "../../../support/clock.ts";
import type { Logger } from "../../../support/log.ts";

/** How a consumer behaves towards its group and the brokers; tests shorten the times. */
export type ConsumerTuning = {
  /** A member that was silent for so long has lost its partitions, ms. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long members may take to join again when the group changes, ms. */
  readonly rebalanceTimeoutMs: number;
  /** How long running batches may go on when the group changes, before they are told to give up, ms. */
  readonly drainMs: number;
  /** How long a batch may take to give up, ms. */
  readonly handoverMs: number;
  /** How often to look for new partitions and topics created anew, ms. */
  readonly metadataMs: number;
  /** Pause between two commits, ms. */
  readonly commitMs: number;
  /** How long a broker holds a fetch back when there is nothing new, ms. */
  readonly fetchWaitMs: number;
  /** Bytes of one partition in one fetch, as they lie in the log. */
  readonly partitionFetchBytes: number;
  /** Bytes of all partitions of one broker in one fetch, as they lie in the log; they are kept until the last is done. */
  readonly fetchBytes: number;
  /** Upper bound of the bytes that are fetched and not done. */
  readonly bufferBytes: number;
};

export const defaultTuning: ConsumerTuning = {
  sessionTimeoutMs: 15_000,
  heartbeatMs: 1_000,
  rebalanceTimeoutMs: 60_000,
  drainMs: 2_000,
  handoverMs: 10_000,
  metadataMs: 5_000,
  commitMs: 50,
  fetchWaitMs: 250,
  partitionFetchBytes: 1024 ** 2,
  fetchBytes: 2 * 1024 ** 2,
  bufferBytes: 8 * 1024 ** 2,
};

/** A session of that length, with heartbeats often enough that a few may be lost. */
export const sessionOf = (
  sessionTimeoutMs: number,
): Pick<ConsumerTuning, "sessionTimeoutMs" | "heartbeatMs"> => ({
  sessionTimeoutMs,
  heartbeatMs: Math.min(defaultTuning.heartbeatMs, Math.ceil(sessionTimeoutMs / 6)),
});

export type ConsumerContext = {
  readonly tuning: ConsumerTuning;
  readonly clock: Clock;
  readonly logger: Logger;
};
