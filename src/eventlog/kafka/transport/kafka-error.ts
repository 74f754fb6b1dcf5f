import protocol from "kafkajs/src/protocol/error.js";

/** Errors of topic ids, which are newer than the library's list. */
const newer = [
  {
    code: 100,
    type: "UNKNOWN_TOPIC_ID",
    message: "This server does not host this topic id",
    retriable: true,
  },
  { code: 103, type: "INCONSISTENT_TOPIC_ID", message: "The topic has another id", retriable: true },
];
const known = new Map([...protocol.errorCodes, ...newer].map((facts) => [facts.code, facts]));
/** Where the library's words are no help to whoever reads them. */
const plainer: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: "this user has no right to do that with the topic",
  GROUP_AUTHORIZATION_FAILED: "this user has no right to the consumer group",
  CLUSTER_AUTHORIZATION_FAILED: "this user has no right to do that with the cluster",
  UNKNOWN_TOPIC_OR_PARTITION: "the topic is not there, or on another broker",
};

/** What a broker answered instead of doing what it was asked. */
export class KafkaError extends Error {
  /** Kafka's name of it, such as `NOT_LEADER_FOR_PARTITION`. */
  readonly type: string;
  /** The same request may succeed later. */
  readonly retriable: boolean;

  constructor(code: number, what?: string) {
    const facts = known.get(code);
    const words = plainer[facts?.type ?? ""] ?? facts?.message ?? `Kafka error ${code}`;
    super(what === undefined ? words : `${what}: ${words}`);
    this.name = "KafkaError";
    this.type = facts?.type ?? `UNKNOWN_${code}`;
    this.retriable = facts?.retriable ?? false;
  }
}

/** Throws for every code but 0. `what` says which topic or group it is about. */
export function throwIfError(code: number, what?: string): void {
  if (code !== 0) throw new KafkaError(code, what);
}

export const isKafkaError = (error: unknown, ...types: readonly string[]): error is KafkaError =>
  error instanceof KafkaError && types.includes(error.type);
