import type { Layout } from "./layout.ts";

/** Ports that the manifests agree on. */
export const ports = { kafka: 9092, controller: 9093, mongo: 27017, http: 8080 } as const;

export const KAFKA = "kafka";
export const KAFKA_PEERS = "kafka-peers";
export const MONGO = "mongo";

const inCluster = (service: string, namespace: string) => `${service}.${namespace}.svc.cluster.local`;

const members = (name: string, service: string, count: number, namespace: string): string[] =>
  Array.from({ length: count }, (_, at) => `${name}-${at}.${inCluster(service, namespace)}`);

/** Names of the brokers of the cluster, each of which keeps its own for good. */
export const brokerHosts = ({ kafka, namespaces }: Layout): string[] =>
  members(KAFKA, KAFKA_PEERS, kafka?.members ?? 0, namespaces.platform);

export const mongoHosts = ({ mongo, namespaces }: Layout): string[] =>
  members(MONGO, MONGO, mongo?.members ?? 0, namespaces.platform);

/** Where clients begin to look for brokers: those of the cluster, or the given ones elsewhere. */
export const bootstrapServers = (layout: Layout): readonly string[] =>
  layout.kafka === undefined
    ? (layout.wish.given.processor.kafkaBootstrap ?? [])
    : [`${inCluster(KAFKA, layout.namespaces.platform)}:${ports.kafka}`];

export const REPLICA_SET = "rs0";

/**
 * Where clients find the database of the cluster; user and password come beside it. A set of one is spoken to directly:
 * there is no other member to find.
 */
export function mongoUrl(layout: Layout): string {
  const hosts = mongoHosts(layout).map((host) => `${host}:${ports.mongo}`);
  return hosts.length === 1
    ? `mongodb://${hosts[0]}/ca3?directConnection=true`
    : `mongodb://${hosts.join(",")}/ca3?replicaSet=${REPLICA_SET}`;
}
