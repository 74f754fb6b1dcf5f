import type { ConsumeOptions, EventLog, LogConsumer } from "../eventlog/port.ts";
import type { Clock } from "../support/clock.ts";
import { isOutage } from "../support/errors.ts";
import type { Logger } from "../support/log.ts";
import { backoffMs } from "../support/retry.ts";
import type { OutageWatch } from "./outage.ts";

const rejoinBackoff = { firstMs: 200, maxMs: 15_000 };
/** A consumer that lived this long was well: the next failure starts with a short wait again. */
const WELL_AFTER_MS = 60_000;

export type ConsumeContext = {
  readonly log: Pick<EventLog, "consume">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly outages: OutageWatch;
  readonly random: () => number;
  /** Aborts when the processor stops. */
  readonly stopping: AbortSignal;
  readonly joined: (consumer: LogConsumer) => void;
};

/**
 * Keeps one consumer in the group until the processor stops: one that ends because the log is away joins again, with
 * back-off. Rejects when a consumer ends for any other reason, for that will not go away by itself.
 */
export async function keepConsuming(context: ConsumeContext, options: ConsumeOptions): Promise<void> {
  const { log, clock, logger, outages, random, stopping, joined } = context;
  for (let tries = 0; !stopping.aborted; ) {
    const startedMs = clock.now();
    try {
      const consumer = await log.consume(options);
      outages.answered("log");
      joined(consumer);
      if (stopping.aborted) await consumer.stop();
      return await consumer.done;
    } catch (error) {
      if (!isOutage(error)) throw error;
      if (stopping.aborted) return;
      if (clock.now() - startedMs > WELL_AFTER_MS) tries = 0;
      outages.failed("log", error.message, clock.now());
      logger.warn("Consumer left the group because the log is away; joining again.", { error, tries });
      await clock.sleep(backoffMs(tries++, rejoinBackoff, random), stopping);
    }
  }
}
