import type { PartitionLag } from "../port.ts";
import type { Catalogue } from "./catalogue.ts";
import type { GroupOffsets, OffsetTable } from "./group-offsets.ts";
import type { Reader } from "./read.ts";

export type LagSources = {
  readonly catalogue: Catalogue;
  readonly reader: Reader;
  readonly table: OffsetTable;
  readonly now: () => number;
};

/** How far a group is behind; `live` knows more than the file when its members are in this process. */
export function lagOf(
  { catalogue, reader, table, now }: LagSources,
  group: string,
  topics: readonly string[],
  live: GroupOffsets | undefined,
): PartitionLag[] {
  catalogue.refresh();
  const stored = live ? undefined : table.load(group);
  return topics.flatMap((topic) =>
    catalogue.topic(topic).partitions.map((partition) => {
      const committed = live?.next(partition) ?? Math.max(stored?.get(partition.id) ?? 0, partition.start);
      const lag = partition.end - committed;
      const oldestMs = lag > 0 ? reader.appendedMs(partition, committed) : undefined;
      return {
        topic,
        partition: partition.number,
        committed,
        endOffset: partition.end,
        lag,
        lagSeconds: oldestMs === undefined ? 0 : Math.max(0, now() - oldestMs) / 1000,
      };
    }),
  );
}
