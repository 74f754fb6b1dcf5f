import { secretText } from "../support/secret-text.ts";
import { choice, duration, flag, list, text, type ValueType, whole } from "../support/setting-types.ts";
import type { Settings, SettingValues } from "../support/settings.ts";
import type { HeldCa } from "../support/tls-files.ts";

/** `host:port`, separated by commas. */
const brokers: ValueType<readonly string[]> = {
  schema: list.schema,
  parse: (raw) => {
    const parsed = list.parse(raw);
    if ("problem" in parsed) return parsed;
    return parsed.value.every((one) => /^(\[[0-9a-f:.]+\]|[^\s:/]+):\d{1,5}$/i.test(one))
      ? parsed
      : { problem: "expected host:port, several separated by commas" };
  },
};

/** How records can be packed before they are sent. */
export const compressions = ["none", "gzip", "zstd"] as const;
export type Compression = (typeof compressions)[number];

/** How to reach Kafka; with brokers set, it takes the place of the event log in the data folder. */
export const kafkaSettings = {
  kafkaBootstrap: {
    path: "kafka.bootstrap",
    env: ["KAFKA_BOOTSTRAP"],
    flag: "kafka",
    hint: "HOST:PORT",
    doc: "Kafka brokers to start from, as host:port,…",
    type: brokers,
    optional: true,
  },
  kafkaTls: {
    path: "kafka.tls",
    env: ["CA3_KAFKA_TLS"],
    doc: "Encrypt connections to Kafka; implied when a CA or a certificate is named",
    type: flag,
    default: false,
  },
  kafkaCaFile: {
    path: "kafka.caFile",
    env: ["CA3_KAFKA_CA_FILE"],
    hint: "FILE",
    doc: "CA certificates (PEM) to trust for Kafka, instead of those of this system",
    type: text,
    optional: true,
  },
  kafkaCertFile: {
    path: "kafka.certFile",
    env: ["CA3_KAFKA_CERT_FILE"],
    hint: "FILE",
    doc: "Client certificate (PEM) for Kafka; needs kafka.keyFile",
    type: text,
    optional: true,
  },
  kafkaKeyFile: {
    path: "kafka.keyFile",
    env: ["CA3_KAFKA_KEY_FILE"],
    hint: "FILE",
    doc: "Private key (PEM) of the client certificate",
    type: text,
    optional: true,
  },
  kafkaSasl: {
    path: "kafka.sasl",
    env: ["CA3_KAFKA_SASL"],
    doc: "SASL mechanism when kafka.username is set",
    type: choice("scram-sha-512", "scram-sha-256", "plain"),
    default: "scram-sha-512",
  },
  kafkaUsername: {
    path: "kafka.username",
    env: ["CA3_KAFKA_USERNAME"],
    doc: "User to sign in to Kafka as; needs kafka.password",
    type: text,
    optional: true,
  },
  kafkaPassword: {
    path: "kafka.password",
    env: ["CA3_KAFKA_PASSWORD"],
    doc: "Password of that user",
    type: secretText,
    optional: true,
    secret: true,
  },
  kafkaClientId: {
    path: "kafka.clientId",
    env: ["CA3_KAFKA_CLIENT_ID"],
    doc: "Name of this program in the brokers' logs and quotas",
    type: text,
    default: "ca3",
  },
  kafkaCompression: {
    path: "kafka.compression",
    env: ["CA3_KAFKA_COMPRESSION"],
    doc: "Compression of the records sent to Kafka",
    type: choice(...compressions),
    default: "zstd",
  },
  kafkaSessionTimeoutMs: {
    path: "kafka.sessionTimeout",
    env: ["CA3_KAFKA_SESSION_TIMEOUT"],
    doc: "A processor that is silent for this long loses its partitions to the others; brokers accept 6s to 30m",
    type: duration,
    default: 15_000,
  },
  kafkaReplication: {
    path: "kafka.replication",
    env: ["CA3_KAFKA_REPLICATION"],
    doc: "Replication factor of topics when they are created; by default 3, or the number of brokers if there are fewer",
    type: whole(1, 32),
    optional: true,
  },
  kafkaMinInSync: {
    path: "kafka.minInSync",
    env: ["CA3_KAFKA_MIN_IN_SYNC"],
    doc: "min.insync.replicas of topics when they are created; by default 2 with 3 or more copies, else 1",
    type: whole(1, 32),
    optional: true,
  },
} as const satisfies Settings;

export type KafkaSettings = SettingValues<typeof kafkaSettings> & {
  /** In place of `kafkaCaFile`, where a Secret of a cluster holds it. */
  readonly kafkaCa?: HeldCa;
};
