import type { OutRecord } from "../port.ts";
import type { Catalogue, Partition, Topic } from "./catalogue.ts";
import { type Chunk, encodeChunk, splitRuns } from "./chunk.ts";
import type { LogFile } from "./log-file.ts";
import { createRouter } from "./route.ts";
import { chunkId } from "./schema.ts";

type ChunkParams = [number, number, number, number, string | null, string | null, number, number, Uint8Array];

/**
 * Writes records inside the caller's transaction, and returns what to do once that is committed: to remember the new
 * ends. It answers with the partitions that grew.
 */
export type Writer = (records: readonly (readonly OutRecord[])[]) => () => readonly Partition[];

/** The writer of a log. `random` chooses the partition of the first record without a key; the others take turns. */
export function createWriter(
  file: LogFile,
  catalogue: Catalogue,
  now: () => number,
  random: () => number,
): Writer {
  const keepOnce = file.prepare<never, [number, string, number]>(
    "INSERT OR IGNORE INTO once (topic, id, appended_ms) VALUES (?, ?, ?)",
  );
  const grow = file.prepare<{ end_offset: number }, [number, number, number]>(
    "UPDATE partition SET end_offset = end_offset + ?2, bytes = bytes + ?3 WHERE id = ?1 RETURNING end_offset",
  );
  const insert = file.prepare<never, ChunkParams>("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const route = createRouter(random);

  const add = (partition: Partition, chunk: Chunk): number => {
    const end = grow.get(partition.id, chunk.count, chunk.valueBytes)!.end_offset;
    const { count, appendedMs, valueBytes, keys, headers, packing, checksum, body } = chunk;
    const id = chunkId(partition.id, end - count);
    insert.run(id, count, appendedMs, valueBytes, keys, headers, packing, checksum, body);
    return end;
  };
  const isNew = (topic: Topic, { onceId }: OutRecord, nowMs: number) =>
    onceId === undefined || keepOnce.run(topic.id, onceId, nowMs).changes > 0;

  return (lists) => {
    catalogue.refresh();
    const nowMs = now();
    const sorted = new Map<Partition, OutRecord[]>();
    for (const records of lists) {
      for (const record of records) {
        const topic = catalogue.topic(record.topic);
        if (!isNew(topic, record, nowMs)) continue;
        const partition = route(topic, record.key);
        const held = sorted.get(partition);
        if (held) held.push(record);
        else sorted.set(partition, [record]);
      }
    }
    const grown: { partition: Partition; end: number; bytes: number }[] = [];
    for (const [partition, records] of sorted) {
      for (const run of splitRuns(records)) {
        const chunk = encodeChunk(run, nowMs);
        grown.push({ partition, end: add(partition, chunk), bytes: chunk.valueBytes });
      }
    }
    return () => {
      for (const { partition, end, bytes } of grown) {
        partition.end = end;
        partition.bytes += bytes;
      }
      return [...sorted.keys()];
    };
  };
}
