import { partitionOfKey } from "../../murmur2.ts";

/** Chooses the partition of a record of a topic with so many partitions. */
export type Router = (topic: string, partitions: number, key: string | null) => number;

type Memory = { partitions: number; turn: number; readonly keys: Map<string, number> };

/** More distinct keys than this are forgotten and hashed again, so that memory stays bounded. */
const REMEMBERED_KEYS = 4096;

/** By hash of the key, as all Kafka clients do; records without one take turns, from a random partition on. */
export function createRouter(random: () => number): Router {
  const memories = new Map<string, Memory>();
  return (topic, partitions, key) => {
    let memory = memories.get(topic);
    if (memory?.partitions !== partitions) {
      memory = { partitions, turn: Math.floor(random() * partitions), keys: new Map() };
      memories.set(topic, memory);
    }
    if (key === null) {
      memory.turn = (memory.turn + 1) % partitions;
      return memory.turn;
    }
    let partition = memory.keys.get(key);
    if (partition === undefined) {
      if (memory.keys.size >= REMEMBERED_KEYS) memory.keys.clear();
      partition = partitionOfKey(key, partitions);
      memory.keys.set(key, partition);
    }
    return partition;
  };
}
