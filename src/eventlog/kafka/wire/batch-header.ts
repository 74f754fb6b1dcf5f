import { crc32c } from "./crc32c.ts";
import { Reader } from "./reader.ts";
import { Unreadable } from "./unreadable.ts";

/** Bytes before the records of a batch in format 2. Source: https://kafka.apache.org/documentation/#recordbatch */
export const HEADER_BYTES = 61;
/** Bytes before the part that the length of a batch counts. */
const LENGTH_BYTES = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
/** Where the part begins that the checksum covers. */
export const ATTRIBUTES_AT = 21;
export const FORMAT = 2;

export type BatchHeader = {
  /** Of the batch; formats 0 and 1 are older than Kafka 0.11, and nothing else is known of their batches. */
  readonly format: number;
  readonly baseOffset: number;
  /** Of the last record, also when it was compacted away. */
  readonly lastOffset: number;
  readonly codec: number;
  /** The broker stamped the batch with its own clock: `maxTimestamp` holds for every record. */
  readonly logAppendTime: boolean;
  readonly transactional: boolean;
  /** A marker of a transaction; its records are nobody's. */
  readonly control: boolean;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly count: number;
  /** The records as they stand in the batch, perhaps compressed. */
  readonly records: Uint8Array;
};

/** The whole batches in `data`, in order; a broker may cut off the last one. Throws Unreadable. */
export function* batchesIn(data: Uint8Array): Generator<BatchHeader> {
  const reader = new Reader(data);
  for (let start = 0; data.length - start >= LENGTH_BYTES; ) {
    reader.at = start;
    const baseOffset = reader.int64();
    const length = reader.int32();
    const end = start + LENGTH_BYTES + length;
    if (length < HEADER_BYTES - LENGTH_BYTES)
      throw new Unreadable(`the batch at offset ${baseOffset} has the impossible length ${length}`);
    if (end > data.length) return;
    yield readHeader(data, start, end, baseOffset);
    start = end;
  }
}

function readHeader(data: Uint8Array, start: number, end: number, baseOffset: number): BatchHeader {
  const reader = new Reader(data);
  reader.at = start + MAGIC_AT;
  const format = reader.int8();
  if (format !== FORMAT)
    return { ...unknown, format, baseOffset, lastOffset: baseOffset, records: data.subarray(start, end) };
  reader.at = start + CRC_AT;
  if (reader.uint32() !== crc32c(data, start + ATTRIBUTES_AT, end))
    throw new Unreadable(`the batch at offset ${baseOffset} does not match its checksum`);
  const attributes = reader.int16();
  const lastDelta = reader.int32();
  const baseTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const producerId = reader.bigint64();
  const producerEpoch = reader.int16();
  const baseSequence = reader.int32();
  const count = reader.int32();
  return {
    format,
    baseOffset,
    lastOffset: baseOffset + lastDelta,
    codec: attributes & 7,
    logAppendTime: (attributes & 8) !== 0,
    transactional: (attributes & 16) !== 0,
    control: (attributes & 32) !== 0,
    baseTimestamp,
    maxTimestamp,
    producerId,
    producerEpoch,
    baseSequence,
    lastSequence: sequenceAfter(baseSequence, lastDelta),
    count,
    records: data.subarray(reader.at, end),
  };
}

const unknown = {
  ...{ codec: 0, logAppendTime: true, transactional: false, control: false, count: 1 },
  ...{
    baseTimestamp: 0,
    maxTimestamp: 0,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    lastSequence: -1,
  },
};

const SEQUENCES = 2 ** 31;
/** Sequence numbers count from 0 to 2^31 - 1 and then start again. */
export const sequenceAfter = (sequence: number, steps: number): number => (sequence + steps) % SEQUENCES;
