/** The two kinds of events, each with a topic of its own. */
export type EventKind = "gpu" | "token";
export const eventKinds: readonly EventKind[] = ["gpu", "token"];

/** Default topic names; `TOPIC_METRIC` and `TOPIC_TOKEN` override them. */
export type Topics = Readonly<Record<EventKind, string>>;
export const defaultTopics: Topics = { gpu: "gpu.metrics.v1", token: "token.usage.v1" };

/** Twelve, so that six replicas of the processor have work each, with room to double. */
export const DEFAULT_PARTITIONS = 12;

/** Where records that can never be stored go, one topic per source topic. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;
