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

/** What a broker answered instead of doing what it was asked. */
export class KafkaError extends Error {
  /** Kafka's name of it, such as `NOT_LEADER_FOR_PARTITION`. */
  readonly type: string;
  /** The same request may succeed later. */
  readonly retriable: boolean;

  constructor(code: number, what?: string) {
    const facts = known.get(code);
    const words = facts?.message ?? `Kafka error ${code}`;
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
