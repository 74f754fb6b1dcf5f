import { batchesIn } from "../wire/batch-header.ts";
import { type DecodedRecord, decodeRecords } from "../wire/decode-records.ts";
import type { AbortedTransaction, FetchedPartition } from "../wire/fetch.ts";

/**
 * The records of a fetched partition from an offset on, without markers and what belongs to transactions that were given
 * up, and the offset behind all that was read. Throws Unreadable when the bytes are damaged.
 */
export function readable(
  { records: data, aborted }: Pick<FetchedPartition, "records" | "aborted">,
  fromOffset: number,
): { readonly records: DecodedRecord[]; readonly nextOffset: number } {
  const records: DecodedRecord[] = [];
  const given = new Set<bigint>();
  const waiting: AbortedTransaction[] = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  let nextOffset = fromOffset;
  for (const batch of batchesIn(data)) {
    if (batch.lastOffset < fromOffset) continue;
    while (waiting.length > 0 && waiting[0]!.firstOffset <= batch.lastOffset)
      given.add(waiting.shift()!.producerId);
    if (batch.control) given.delete(batch.producerId);
    else if (!(batch.transactional && given.has(batch.producerId))) decodeRecords(batch, fromOffset, records);
    nextOffset = batch.lastOffset + 1;
  }
  return { records, nextOffset };
}
