import { type Admin, Kafka, logLevel } from "kafkajs";

async function withAdmin<T>(brokers: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

async function partitionsOf(admin: Admin, topic: string) {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics[0]!.partitions.toSorted((a, b) => a.partitionId - b.partitionId);
}

/** By number of the partition. */
export const leadersOf = (brokers: string, topic: string): Promise<number[]> =>
  withAdmin(brokers, async (admin) => (await partitionsOf(admin, topic)).map(({ leader }) => leader));

/** Takes each partition away from the broker that leads it, as an operator does who empties a machine. */
export const moveLeaders = (brokers: string, topic: string): Promise<void> =>
  withAdmin(brokers, async (admin) => {
    const partitionAssignment = (await partitionsOf(admin, topic)).map(
      ({ partitionId, leader, replicas }) => ({
        partition: partitionId,
        replicas: replicas.filter((one) => one !== leader),
      }),
    );
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
  });
