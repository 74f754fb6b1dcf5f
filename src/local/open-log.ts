import type { KafkaSettings } from "../eventlog/kafka-config.ts";
import type { EventLog } from "../eventlog/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Logger } from "../support/log.ts";

export type LogChoice = {
  readonly settings: KafkaSettings;
  /** The embedded log, for when no brokers are named. */
  readonly logPath: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look for what others appended to the embedded log, ms. */
  readonly pollMs?: number;
};

/** Kafka where brokers are named, else the log of the data folder. What is not chosen is not loaded. */
export async function openChosenLog({
  settings,
  logPath,
  pollMs,
  clock,
  logger,
}: LogChoice): Promise<EventLog> {
  if (settings.kafkaBootstrap === undefined)
    return (await import("../eventlog/embedded.ts")).openEmbeddedLog(
      logPath,
      pollMs === undefined ? {} : { pollMs },
    );
  return (await import("../eventlog/kafka.ts")).openKafkaLog({ settings, clock, logger });
}
