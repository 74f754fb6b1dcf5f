import { batchesIn } from "../wire/batch-header.ts";
import { type DecodedRecord, decodeRecords } from "../wire/decode-records.ts";
import type { AbortedTransaction, FetchedPartition } from "../wire/fetch.ts";

export type Read = {
  readonly records: DecodedRecord[];
  /** What the records take in memory. */
  readonly bytes: number;
  /** Behind all that was read. */
  readonly nextOffset: number;
};

/**
 * The records of a fetched partition from an offset on, without markers and what belongs to transactions that were given
 * up. Begins no further batch once there are `maxBytes`: a few fetched bytes may unpack to any number, and what is left out
 * can be fetched again. Throws Unreadable when the bytes are damaged.
 */
export function readable(
  { records: data, aborted }: Pick<FetchedPartition, "records" | "aborted">,
  fromOffset: number,
  maxBytes: number,
): Read {
  const records: DecodedRecord[] = [];
  let bytes = 0;
  const given = new Set<bigint>();
  const waiting: AbortedTransaction[] = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  let nextOffset = fromOffset;
  for (const batch of batchesIn(data)) {
    if (batch.lastOffset < fromOffset) continue;
    if (bytes >= maxBytes) break;
    const before = records.length;
    while (waiting.length > 0 && waiting[0]!.firstOffset <= batch.lastOffset)
      given.add(waiting.shift()!.producerId);
    if (batch.control) given.delete(batch.producerId);
    else if (!(batch.transactional && given.has(batch.producerId))) decodeRecords(batch, fromOffset, records);
    for (let at = before; at < records.length; at++) bytes += records[at]!.bytes;
    nextOffset = batch.lastOffset + 1;
  }
  return { records, bytes, nextOffset };
}
