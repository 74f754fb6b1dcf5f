/** Generated Secrets and their keys. Both sides of a password take its name from here. */
export const secretNames = {
  /** Of the brokers among themselves; also the identity of the cluster. */
  kafkaCluster: { name: "kafka-cluster", keys: { id: "cluster-id", password: "broker-password" } },
  /** What processor and producers sign in to Kafka with. */
  kafkaClient: { name: "kafka-client", keys: { user: "username", password: "password" } },
  mongoCluster: { name: "mongo-cluster", keys: { keyFile: "keyfile", password: "root-password" } },
  mongoClient: { name: "mongo-client", keys: { user: "username", password: "password" } },
  /** Of the API, the dashboard and the metrics. */
  api: { name: "api-token", keys: { token: "token" } },
  grafana: { name: "grafana-admin", keys: { user: "admin-user", password: "admin-password" } },
} as const;

/** Key of the certificates that brokers elsewhere are known by, in the Secret that somebody made for them. */
export const CA_KEY = "ca.crt";

/** User names that need no secrecy. */
export const userNames = {
  kafkaBroker: "broker",
  kafkaClient: "ca3",
  mongoRoot: "root",
  mongoClient: "ca3",
  grafana: "admin",
} as const;
