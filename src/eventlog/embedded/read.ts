import { Ca3Error } from "../../support/errors.ts";
import type { LogRecord, RecordBatch } from "../port.ts";
import type { Catalogue, Partition } from "./catalogue.ts";
import { type Chunk, decodeChunk } from "./chunk.ts";
import type { LogFile } from "./log-file.ts";
import { chunkId } from "./schema.ts";

export type BatchLimits = { readonly maxBatchBytes: number; readonly maxBatchRecords: number };

/** Reads one partition in order; keeps what is left of the last chunk, so that each chunk is read once. */
export type Cursor = {
  /** The next records from `offset` on, or nothing when there are none. Reads one chunk more than it returns, at most. */
  read(offset: number, limits: BatchLimits): RecordBatch | undefined;
};

type ChunkRow = {
  id: number;
  count: number;
  appended_ms: number;
  value_bytes: number;
  keys: string | null;
  headers: string | null;
  packing: number;
  checksum: number;
  body: Uint8Array;
};

export type Reader = {
  cursor(partition: Partition): Cursor;
  /** When the log took the record at `offset`, ms; nothing when it holds no such record. */
  appendedMs(partition: Partition, offset: number): number | undefined;
};

/** Reads the chunks of a log. Throws CA3_DATA_CORRUPT when one has a wrong checksum. */
export function createReader(file: LogFile, catalogue: Catalogue): Reader {
  const find = file.prepare<ChunkRow, [number, number]>(
    "SELECT * FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
  );
  const age = file.prepare<{ appended_ms: number }, [number, number]>(
    "SELECT appended_ms FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
  );
  const span = ({ id }: Partition, offset: number): [number, number] => [chunkId(id, 0), chunkId(id, offset)];

  const damaged = (partition: Partition, offset: number, cause?: unknown) =>
    new Ca3Error(
      "CA3_DATA_CORRUPT",
      `the event log ${file.path} is damaged: ${partition.topic}/${partition.number} cannot be read at offset ${offset}`,
      { hint: "restore it from a copy, or start over with --fresh", cause },
    );

  /** The chunk that holds `offset`; nothing when it is not in the file. */
  const load = (partition: Partition, offset: number): readonly LogRecord[] => {
    const row = file.use(() => find.get(...span(partition, offset)));
    const first = row ? row.id - chunkId(partition.id, 0) : 0;
    if (!row || offset >= first + row.count) return [];
    const chunk: Chunk = { ...row, appendedMs: row.appended_ms, valueBytes: row.value_bytes };
    try {
      return decodeChunk(chunk, first).slice(offset - first);
    } catch (error) {
      throw damaged(partition, offset, error);
    }
  };
  /** Where to go on when there is nothing at `offset`: retention may have deleted it, in another process perhaps. */
  const afterGap = (partition: Partition, offset: number): number => {
    catalogue.refresh();
    if (partition.start > offset) return partition.start;
    throw damaged(partition, offset);
  };

  const cursor = (partition: Partition): Cursor => {
    let rest: readonly LogRecord[] = [];
    let at = 0;
    const seek = (offset: number): LogRecord | undefined => {
      if (rest[at]?.offset !== offset) {
        rest = load(partition, offset);
        at = 0;
      }
      return rest[at];
    };
    return {
      read(offset, { maxBatchBytes, maxBatchRecords }) {
        const records: LogRecord[] = [];
        let next = Math.max(offset, partition.start);
        let bytes = 0;
        while (next < partition.end && records.length < maxBatchRecords) {
          const record = seek(next);
          if (!record && records.length > 0) break;
          if (!record) {
            next = afterGap(partition, next);
            continue;
          }
          if (records.length > 0 && bytes + record.value.length > maxBatchBytes) break;
          records.push(record);
          bytes += record.value.length;
          at += 1;
          next += 1;
        }
        if (at >= rest.length) rest = [];
        if (records.length === 0) return undefined;
        const { topic, number, origin, end } = partition;
        return { topic, partition: number, origin, records, endOffset: end };
      },
    };
  };
  return {
    cursor,
    appendedMs: (partition, offset) =>
      file.use(() => age.get(...span(partition, offset)))?.appended_ms ?? undefined,
  };
}
