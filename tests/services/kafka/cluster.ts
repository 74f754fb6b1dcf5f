import { clusterId, type Kafka, startBroker } from "../kafka.ts";
import { freePort } from "../process.ts";
import { memberProperties, type Seat } from "./properties.ts";

export type KafkaCluster = AsyncDisposable & {
  /** All of them, to start from. */
  readonly brokers: string;
  /** In the order of their numbers, from 1. */
  readonly members: readonly Kafka[];
};

/** Starts several brokers that replicate to each other. */
export async function startKafkaCluster(size = 3): Promise<KafkaCluster> {
  const seats: Seat[] = [];
  for (let at = 0; at < size; at++) seats.push({ port: await freePort(), controller: await freePort() });
  const cluster = clusterId();
  const members = await Promise.all(
    seats.map(({ port }, index) =>
      startBroker({ port, cluster, properties: (folder) => memberProperties(folder, seats, index) }),
    ),
  );
  return {
    brokers: members.map(({ brokers }) => brokers).join(","),
    members,
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
}
