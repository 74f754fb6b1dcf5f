import type { ServerSettings } from "../../../http/config.ts";
import type { ProcessorSettings } from "../../../processor/config.ts";
import type { ProducerSettings } from "../../../producer/config.ts";

/**
 * Which settings of `ca3.yaml` reach which pods. A test holds these lists to the tables: a setting that is in no list
 * is decided by the deployment itself, or means nothing in a pod.
 */
export const passed = {
  /** What all that write to the log or read it have to agree on. */
  topics: ["topicGpu", "topicToken", "partitions", "topicRetentionMs"],
  kafka: ["kafkaReplication", "kafkaMinInSync", "kafkaCompression"],
  processor: [
    ...([
      "legacyPriceUsd",
      "legacyIntervalMs",
      "group",
      "retentionMs",
      "maxEventBytes",
      "maxFutureMs",
    ] as const),
    ...(["maxAgeMs", "sloTtftMs", "sloTpotMs", "sloE2eMs", "poisonStopRatio", "poisonWindow"] as const),
    ...(["maxBatchRecords", "maxBatchBytes", "maxWriteRecords", "writeConcurrency"] as const),
    ...(["maxInflightBytes", "watchIntervalMs", "expireIntervalMs", "stopGraceMs", "costRefreshMs"] as const),
    ...([
      "costWindowMs",
      "maxLabelValues",
      "mongoDatabase",
      "mongoTimeoutMs",
      "mongoQueryTimeoutMs",
    ] as const),
    "mongoPoolSize",
  ],
  server: ["sessionTtlMs", "requestsPerSecond", "maxConcurrent", "maxStreams"],
  /** Of every producer: how it sends, and what cards cost. */
  delivery: [
    ...(["maxBatchRecords", "maxBatchBytes", "lingerMs", "queueBytes", "flushTimeoutMs"] as const),
    ...(["pricePerHourUsd", "prices", "sampleIntervalMs"] as const),
  ],
  simulation: [
    ...(["rate", "batch", "sleepS", "count", "speed", "seed", "start", "models", "teams"] as const),
    ...(["cards", "gpus"] as const),
  ],
  scraping: [
    ...(["vllmUrls", "dcgmUrls", "join", "scrapeTimeoutMs", "scrapeMaxBytes", "scrapeMaxGapMs"] as const),
  ],
  gpus: ["join", "smiPollMs", "smiTimeoutMs", "scrapeTimeoutMs", "scrapeMaxBytes", "scrapeMaxGapMs"],
} as const satisfies {
  readonly topics: readonly (keyof ProcessorSettings & keyof ProducerSettings)[];
  readonly kafka: readonly (keyof ProcessorSettings & keyof ProducerSettings)[];
  readonly processor: readonly (keyof ProcessorSettings)[];
  readonly server: readonly (keyof ServerSettings)[];
  readonly delivery: readonly (keyof ProducerSettings)[];
  readonly simulation: readonly (keyof ProducerSettings)[];
  readonly scraping: readonly (keyof ProducerSettings)[];
  readonly gpus: readonly (keyof ProducerSettings)[];
};
