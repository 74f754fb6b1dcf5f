import { partitionOfKey } from "../murmur2.ts";
import type { Partition, Topic } from "./catalogue.ts";

/** Chooses the partition of a record. */
export type Router = (topic: Topic, key: string | null) => Partition;

type Memory = { partitions: number; turn: number; readonly keys: Map<string, number> };

/** More distinct keys than this are forgotten and hashed again, so that memory stays bounded. */
const REMEMBERED_KEYS = 4096;

/** By hash of the key; records without one take turns, from a random partition on. */
export function createRouter(random: () => number): Router {
  const memories = new Map<Topic, Memory>();

  const memoryOf = (topic: Topic): Memory => {
    const partitions = topic.partitions.length;
    let memory = memories.get(topic);
    if (!memory) {
      memory = { partitions, turn: Math.floor(random() * partitions), keys: new Map() };
      memories.set(topic, memory);
    }
    if (memory.partitions !== partitions || memory.keys.size > REMEMBERED_KEYS) memory.keys.clear();
    memory.partitions = partitions;
    return memory;
  };
  return (topic, key) => {
    const memory = memoryOf(topic);
    if (key === null) {
      memory.turn = (memory.turn + 1) % memory.partitions;
      return topic.partitions[memory.turn]!;
    }
    let number = memory.keys.get(key);
    if (number === undefined) {
      number = partitionOfKey(key, memory.partitions);
      memory.keys.set(key, number);
    }
    return topic.partitions[number]!;
  };
}
