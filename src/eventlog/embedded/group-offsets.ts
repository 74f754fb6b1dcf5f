import { isOutage } from "../../support/errors.ts";
import { backoffMs } from "../../support/retry.ts";
import type { Partition } from "./catalogue.ts";
import type { LogFile } from "./log-file.ts";

/** Where a group has got to: at once in memory, in the file a moment later, together with its other partitions. */
export type GroupOffsets = {
  /** Offset of the next record to read. */
  next(partition: Partition): number;
  commit(partition: Partition, next: number): void;
  /** Writes what is not in the file yet. Rejects when that is not possible now. */
  flush(): Promise<void>;
  /** Gives up writing on its own. */
  close(): void;
};

/** Committed offsets of all groups, by partition id. */
export type OffsetTable = {
  load(group: string): Map<number, number>;
  put(group: string, partitionId: number, next: number): void;
};

/** The table in the file; each call is a statement of its own, inside the caller's transaction if there is one. */
export function createOffsetTable(file: LogFile): OffsetTable {
  const put = file.prepare<never, [string, number, number]>(`
    INSERT INTO group_offset ("group", partition, next_offset) VALUES (?1, ?2, ?3)
    ON CONFLICT ("group", partition) DO UPDATE SET next_offset = ?3`);
  const all = file.prepare<{ partition: number; next_offset: number }, [string]>(
    `SELECT partition, next_offset FROM group_offset WHERE "group" = ?`,
  );
  return {
    load: (group) =>
      new Map(file.use(() => all.all(group)).map((row) => [row.partition, row.next_offset] as const)),
    put: (group, partitionId, next) => put.run(group, partitionId, next),
  };
}

/** How long a commit may wait for others. */
const MERGE_MS = 100;
const RETRY = { firstMs: 200, maxMs: 5000 };

/**
 * Commits are written lazily: after a power cut a group may see its last records again, which at-least-once delivery
 * allows, and an fsync per batch is saved.
 */
export function openGroupOffsets(file: LogFile, table: OffsetTable, group: string): GroupOffsets {
  const offsets = table.load(group);
  const dirty = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let closed = false;

  const flush = async (): Promise<void> => {
    if (dirty.size === 0) return;
    const taken = [...dirty];
    dirty.clear();
    const writeAll = () => {
      for (const id of taken) table.put(group, id, offsets.get(id)!);
    };
    try {
      await file.writePatiently(writeAll, "lazy");
      failures = 0;
    } catch (error) {
      for (const id of taken) dirty.add(id);
      throw error;
    }
  };
  const schedule = (ms: number): void => {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      flush().catch((error: unknown) => {
        if (isOutage(error)) schedule(backoffMs(failures++, RETRY));
      });
    }, ms);
  };
  return {
    next: ({ id, start }) => Math.max(offsets.get(id) ?? 0, start),
    commit({ id }, next) {
      offsets.set(id, next);
      dirty.add(id);
      schedule(MERGE_MS);
    },
    flush,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
