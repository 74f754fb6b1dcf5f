import { duration, text, whole } from "../support/setting-types.ts";
import type { Settings } from "../support/settings.ts";
import { DEFAULT_PARTITIONS, defaultTopics } from "../telemetry/topics.ts";
import { kafkaSettings } from "./kafka-config.ts";

/** What everybody who writes to the event log or reads from it has to agree on. */
export const eventLogSettings = {
  ...kafkaSettings,
  topicGpu: {
    path: "topics.gpu",
    env: ["TOPIC_METRIC"],
    doc: "Topic of GPU events",
    type: text,
    default: defaultTopics.gpu,
  },
  topicToken: {
    path: "topics.token",
    env: ["TOPIC_TOKEN"],
    doc: "Topic of token events",
    type: text,
    default: defaultTopics.token,
  },
  partitions: {
    path: "topics.partitions",
    env: ["CA3_PARTITIONS"],
    doc: "Partitions of a topic when it is created; also the most processors that can share the work",
    type: whole(1, 10_000),
    default: DEFAULT_PARTITIONS,
  },
  topicRetentionMs: {
    path: "topics.retention",
    env: ["CA3_TOPIC_RETENTION"],
    doc: "How long the log keeps events; dead letters are kept for ever",
    type: duration,
    default: 7 * 86_400_000,
  },
} as const satisfies Settings;
