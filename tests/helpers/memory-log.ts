import type { EventLog, LogRecord, OutRecord, PartitionLag, TopicSpec } from "../../src/eventlog/port.ts";
import type { Clock } from "../../src/support/clock.ts";
import { systemClock } from "../../src/support/clock.ts";
import { Ca3Error } from "../../src/support/errors.ts";
import { type MemoryGroup, memoryGroup } from "./memory-group.ts";

export type MemoryTopic = { spec: TopicSpec; readonly partitions: LogRecord[][]; readonly once: Set<string> };

/** A log in memory that keeps the port's promises; what it holds can be looked at. */
export interface MemoryLog extends EventLog {
  readonly identity: string;
  records(topic: string, partition?: number): readonly LogRecord[];
  committed(group: string, topic: string, partition: number): number;
}

export function memoryLog(identity = "memory", clock: Clock = systemClock): MemoryLog {
  const topics = new Map<string, MemoryTopic>();
  const groups = new Map<string, MemoryGroup>();
  let turn = 0;

  const topic = (name: string): MemoryTopic => {
    const found = topics.get(name);
    if (!found) throw new Ca3Error("CA3_NOT_FOUND", `there is no topic ${name}`);
    return found;
  };
  const group = (name: string): MemoryGroup => {
    let found = groups.get(name);
    if (!found) {
      found = memoryGroup(identity, topic);
      groups.set(name, found);
    }
    return found;
  };

  const append = ({ topic: name, key, value, headers = {}, onceId }: OutRecord): void => {
    const { partitions, once } = topic(name);
    if (onceId !== undefined && once.has(onceId)) return;
    if (onceId !== undefined) once.add(onceId);
    const to = key === null ? turn++ : Number(Bun.hash(key) % 0xffff_ffffn);
    const held = partitions[to % partitions.length]!;
    held.push({ offset: held.length, key, value, headers, appendedMs: clock.now() });
  };

  return {
    identity,
    records: (name, partition) =>
      partition === undefined ? topic(name).partitions.flat() : (topic(name).partitions[partition] ?? []),
    committed: (name, of, partition) => group(name).committed(of, partition),

    async ensureTopics(specs) {
      for (const spec of specs) {
        const found = topics.get(spec.name) ?? { spec, partitions: [], once: new Set<string>() };
        topics.set(spec.name, { ...found, spec });
        while (found.partitions.length < spec.partitions) found.partitions.push([]);
      }
      for (const one of groups.values()) one.spread();
    },

    async append(records) {
      for (const record of records) topic(record.topic);
      for (const record of records) append(record);
      for (const one of groups.values()) one.wake();
    },

    async consume(options) {
      for (const name of options.topics) topic(name);
      return group(options.group).join(options);
    },

    async lag(name, names) {
      return names.flatMap((of) =>
        topic(of).partitions.map((held, partition): PartitionLag => {
          const committed = group(name).committed(of, partition);
          const oldest = held[committed]?.appendedMs;
          return {
            topic: of,
            partition,
            committed,
            endOffset: held.length,
            lag: held.length - committed,
            lagSeconds: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest) / 1000,
          };
        }),
      );
    },

    async topics() {
      return [...topics.values()].map(({ spec, partitions }) => {
        const all = partitions.flat();
        const bytes = all.reduce((sum, record) => sum + record.value.length, 0);
        return { ...spec, partitions: partitions.length, records: all.length, bytes };
      });
    },
    ping: async () => {},
    async close() {
      await Promise.all([...groups.values()].map((one) => one.close()));
    },
  };
}
