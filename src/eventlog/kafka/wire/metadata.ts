import type { Reader } from "./reader.ts";
import { type WireApi, type WireRequest, wireRequest } from "./requests.ts";

/** The first version that tells the id of a topic, which changes when it is created anew, and asks by name or for all. */
export const metadataApi: WireApi = { key: 3, version: 10, name: "Metadata" };

export type PartitionMetadata = {
  readonly partition: number;
  /** Node that leads it, or -1 while there is none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
};
export type TopicMetadata = {
  readonly name: string;
  readonly id: string;
  /** Kafka's number of what is wrong with it, or 0. */
  readonly errorCode: number;
  readonly internal: boolean;
  readonly partitions: readonly PartitionMetadata[];
};
export type ClusterMetadata = {
  readonly clusterId: string;
  readonly controller: number;
  readonly brokers: readonly { readonly node: number; readonly host: string; readonly port: number }[];
  readonly topics: readonly TopicMetadata[];
};

const NO_ID = "A".repeat(22);

/** `topics` null asks for all; none are created by asking. */
export const metadataRequest = (topics: readonly string[] | null): WireRequest<ClusterMetadata> =>
  wireRequest(
    { ...metadataApi, flexible: true },
    (writer) => {
      writer.compactArray(topics, (name) => void writer.uuid(NO_ID).compactString(name).noTags());
      writer.boolean(false).boolean(false).boolean(false).noTags();
    },
    readMetadata,
  );

function readMetadata(reader: Reader): ClusterMetadata {
  reader.int32(); // throttle time
  const brokers = reader.compactArray(() => {
    const broker = { node: reader.int32(), host: reader.compactString() ?? "", port: reader.int32() };
    reader.compactString(); // rack
    reader.skipTags();
    return broker;
  });
  const clusterId = reader.compactString() ?? "";
  const controller = reader.int32();
  return { clusterId, controller, brokers, topics: reader.compactArray(() => readTopic(reader)) };
}

function readTopic(reader: Reader): TopicMetadata {
  const errorCode = reader.int16();
  const name = reader.compactString() ?? "";
  const id = reader.uuid();
  const internal = reader.boolean();
  const partitions = reader.compactArray(() => readPartition(reader));
  reader.int32(); // authorised operations
  reader.skipTags();
  return { name, id, errorCode, internal, partitions };
}

function readPartition(reader: Reader): PartitionMetadata {
  reader.int16(); // the error, which shows in the leader too
  const partition = reader.int32();
  const leader = reader.int32();
  reader.int32(); // leader epoch
  const nodes = () => reader.compactArray(() => reader.int32());
  const [replicas, inSync] = [nodes(), nodes()];
  nodes(); // offline replicas
  reader.skipTags();
  return { partition, leader, replicas, inSync };
}
