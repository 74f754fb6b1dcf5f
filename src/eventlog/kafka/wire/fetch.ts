import type { Reader } from "./reader.ts";
import { type WireApi, type WireRequest, wireRequest } from "./requests.ts";

/** The first version that names topics by id, so that a topic created anew is never taken for the old one. */
export const fetchApi: WireApi = { key: 1, version: 13, name: "Fetch" };

export type FetchTarget = {
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  /** The broker sends more when one batch is larger than this. */
  readonly maxBytes: number;
};
export type FetchLimits = { readonly maxWaitMs: number; readonly maxBytes: number };

/** Records of a producer from this offset on belong to a transaction that was given up. */
export type AbortedTransaction = { readonly producerId: bigint; readonly firstOffset: number };

export type FetchedPartition = {
  readonly topicId: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Offset after the newest record that every in-sync replica has. */
  readonly highWatermark: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly records: Uint8Array;
};
export type Fetched = { readonly errorCode: number; readonly partitions: readonly FetchedPartition[] };

const READ_COMMITTED = 1;
const NETWORK_MS = 5_000;
const nothing = new Uint8Array(0);

export function fetchRequest(targets: readonly FetchTarget[], limits: FetchLimits): WireRequest<Fetched> {
  const byTopic = Map.groupBy(targets, ({ topicId }) => topicId);
  return wireRequest(
    { ...fetchApi, flexible: true },
    (writer) => {
      writer.int32(-1).int32(limits.maxWaitMs).int32(1).int32(limits.maxBytes).int8(READ_COMMITTED);
      writer.int32(0).int32(-1); // no session: every request names all it wants
      writer.compactArray([...byTopic], ([topicId, wanted]) => {
        writer.uuid(topicId).compactArray(wanted, ({ partition, offset, maxBytes }) => {
          writer.int32(partition).int32(-1).int64(offset).int32(-1).int64(-1).int32(maxBytes).noTags();
        });
        writer.noTags();
      });
      writer.compactArray([], () => {}); // topics to forget
      writer.compactString("").noTags(); // rack
    },
    readFetched,
    limits.maxWaitMs + NETWORK_MS,
  );
}

function readFetched(reader: Reader): Fetched {
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  reader.int32(); // session
  const partitions = reader.compactArray(() => {
    const topicId = reader.uuid();
    const own = reader.compactArray(() => readPartition(reader, topicId));
    reader.skipTags();
    return own;
  });
  return { errorCode, partitions: partitions.flat() };
}

function readPartition(reader: Reader, topicId: string): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  reader.int64(); // last stable offset: the records below say the same
  const logStartOffset = reader.int64();
  const aborted = reader.compactArray(() => {
    const transaction = { producerId: reader.bigint64(), firstOffset: reader.int64() };
    reader.skipTags();
    return transaction;
  });
  reader.int32(); // a replica to read from instead: never, as no rack is named
  const records = reader.compactBytes() ?? nothing;
  reader.skipTags();
  return { topicId, partition, errorCode, highWatermark, logStartOffset, aborted, records };
}
