import type { TopicSpec } from "../eventlog/port.ts";
import { workPerCollection } from "../support/garbage-pace.ts";
import type { DecodeLimits } from "../telemetry/decode.ts";
import type { Slo } from "../telemetry/slo.ts";
import { deadLetterTopic, type Topics } from "../telemetry/topics.ts";
import type { ProcessorSettings } from "./config.ts";
import type { PipelineRules } from "./pipeline.ts";

type Some<K extends keyof ProcessorSettings> = Pick<ProcessorSettings, K>;

export const topicsOf = ({ topicGpu, topicToken }: Some<"topicGpu" | "topicToken">): Topics => ({
  gpu: topicGpu,
  token: topicToken,
});

/** The topics a processor works on, each with one for its dead letters, which are kept for ever. */
export const topicSpecs = (
  topics: Topics,
  { partitions, topicRetentionMs }: Some<"partitions" | "topicRetentionMs">,
): readonly TopicSpec[] =>
  [topics.gpu, topics.token].flatMap((name) => [
    { name, partitions, retentionMs: topicRetentionMs },
    { name: deadLetterTopic(name), partitions: 1 },
  ]);

/** What the decoder accepts; dollars become millionths. */
export const decodeLimits = (settings: ProcessorSettings): DecodeLimits => ({
  maxBytes: settings.maxEventBytes,
  maxFutureMs: settings.maxFutureMs,
  ...(settings.maxAgeMs === undefined ? {} : { maxAgeMs: settings.maxAgeMs }),
  legacyIntervalS: settings.legacyIntervalMs / 1000,
  ...(settings.legacyPriceUsd === undefined
    ? {}
    : { legacyPriceMicroUsd: Math.round(settings.legacyPriceUsd * 1e6) }),
});

/** The declared objective in seconds; undefined when none is declared. */
export function sloOf({
  sloTtftMs,
  sloTpotMs,
  sloE2eMs,
}: Some<"sloTtftMs" | "sloTpotMs" | "sloE2eMs">): Slo | undefined {
  const declared = {
    ...(sloTtftMs === undefined ? {} : { ttft: sloTtftMs / 1000 }),
    ...(sloTpotMs === undefined ? {} : { tpot: sloTpotMs / 1000 }),
    ...(sloE2eMs === undefined ? {} : { e2e: sloE2eMs / 1000 }),
  };
  return Object.keys(declared).length === 0 ? undefined : declared;
}

export function pipelineRules(settings: ProcessorSettings): PipelineRules {
  const slo = sloOf(settings);
  return {
    plan: {
      limits: decodeLimits(settings),
      retentionMs: settings.retentionMs,
      ...(slo === undefined ? {} : { slo }),
    },
    poison: { stopRatio: settings.poisonStopRatio, window: settings.poisonWindow },
    writer: {
      maxRecords: settings.maxWriteRecords,
      concurrency: settings.writeConcurrency,
      workPerCollection:
        settings.kafkaBootstrap === undefined ? workPerCollection.usual : workPerCollection.tight,
    },
    maxInflightBytes: settings.maxInflightBytes,
  };
}
