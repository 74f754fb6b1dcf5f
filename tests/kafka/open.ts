import { type KafkaLogOptions, openKafkaLog } from "../../src/eventlog/kafka.ts";
import { kafkaSettings } from "../../src/eventlog/kafka-config.ts";
import type { EventLog } from "../../src/eventlog/port.ts";
import { readSettings } from "../../src/support/settings.ts";

/** Quick to notice changes of a group, so that tests need not wait. */
export const quickTuning = { heartbeatMs: 100, metadataMs: 300, drainMs: 200, sessionTimeoutMs: 3_000 };

/** Settings from environment variables, as a container would have them. */
export const kafkaEnv = (brokers: string, env: Readonly<Record<string, string>> = {}) =>
  readSettings(kafkaSettings, { env: { KAFKA_BOOTSTRAP: brokers, ...env } });

export const openQuick = (
  brokers: string,
  env: Readonly<Record<string, string>> = {},
  options: Partial<KafkaLogOptions> = {},
): Promise<EventLog> =>
  openKafkaLog({ settings: kafkaEnv(brokers, env), addPartitions: true, tuning: quickTuning, ...options });
