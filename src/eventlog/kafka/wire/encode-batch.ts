import type { Compression } from "../../kafka-config.ts";
import { ATTRIBUTES_AT, HEADER_BYTES } from "./batch-header.ts";
import { codecOf, compress } from "./codecs.ts";
import { crc32c } from "./crc32c.ts";
import { ONCE_HEADER } from "./decode-records.ts";

/** What a batch is made of. */
export type BatchRecord = {
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly onceId?: string;
};

export type BatchOptions = {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly compression: Compression;
  /** Time of the records by the sender's clock, ms; a topic with log append time replaces it. */
  readonly timestampMs: number;
};

/** More than any record takes besides key, value and headers. */
const RECORD_OVERHEAD = 32;

/** Upper bound of the bytes that a record takes in a batch that is not compressed. */
export function sizeOfRecord({ key, value, headers, onceId }: BatchRecord): number {
  let size = RECORD_OVERHEAD + value.length + (key === null ? 0 : key.length * 3);
  for (const name in headers) size += 10 + (name.length + headers[name]!.length) * 3;
  return onceId === undefined ? size : size + 10 + (ONCE_HEADER.length + onceId.length) * 3;
}

/** One record batch in format 2, as it stands in a produce request. Records must not be empty. */
export function encodeBatch(records: readonly BatchRecord[], options: BatchOptions): Buffer {
  const room = records.reduce((sum, record) => sum + sizeOfRecord(record), HEADER_BYTES);
  const batch = Buffer.allocUnsafe(room);
  const body = new BodyWriter(batch, HEADER_BYTES);
  for (const [delta, record] of records.entries()) body.record(record, delta);
  const plain = batch.subarray(0, body.at);
  if (options.compression === "none") return withHeader(plain, records.length, options);
  const packed = compress(options.compression, plain.subarray(HEADER_BYTES));
  return withHeader(Buffer.concat([plain.subarray(0, HEADER_BYTES), packed]), records.length, options);
}

function withHeader(batch: Buffer, count: number, options: BatchOptions): Buffer {
  const { producerId, producerEpoch, baseSequence, compression, timestampMs } = options;
  batch.writeBigInt64BE(0n, 0); // base offset: the broker's
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12); // leader epoch: the broker's
  batch.writeInt8(2, 16);
  batch.writeInt16BE(codecOf(compression), ATTRIBUTES_AT);
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(BigInt(timestampMs), 27);
  batch.writeBigInt64BE(BigInt(timestampMs), 35);
  batch.writeBigInt64BE(producerId, 43);
  batch.writeInt16BE(producerEpoch, 51);
  batch.writeInt32BE(baseSequence, 53);
  batch.writeInt32BE(count, 57);
  batch.writeUInt32BE(crc32c(batch, ATTRIBUTES_AT), 17);
  return batch;
}

const varintSize = (value: number): number => {
  const raw = (value << 1) ^ (value >> 31);
  return raw >>> 7 === 0 ? 1 : raw >>> 14 === 0 ? 2 : raw >>> 21 === 0 ? 3 : raw >>> 28 === 0 ? 4 : 5;
};

/** Writes records into a buffer that has room for them. */
class BodyWriter {
  constructor(
    private readonly batch: Buffer,
    public at: number,
  ) {}

  record({ key, value, headers, onceId }: BatchRecord, offsetDelta: number): void {
    const pairs = headers === undefined ? [] : Object.entries(headers);
    if (onceId !== undefined) pairs.push([ONCE_HEADER, onceId]);
    const keyBytes = key === null ? -1 : Buffer.byteLength(key);
    const sizes = pairs.map(([name, text]) => [Buffer.byteLength(name), Buffer.byteLength(text)] as const);
    let length = 2 + varintSize(offsetDelta) + varintSize(keyBytes) + Math.max(0, keyBytes);
    length += varintSize(value.length) + value.length + varintSize(pairs.length);
    for (const [name, text] of sizes) length += varintSize(name) + name + varintSize(text) + text;
    this.#varint(length);
    this.batch[this.at++] = 0; // attributes
    this.batch[this.at++] = 0; // time after the first record
    this.#varint(offsetDelta);
    this.#varint(keyBytes);
    if (key !== null) this.#text(key, keyBytes);
    this.#varint(value.length);
    this.batch.set(value, this.at);
    this.at += value.length;
    this.#varint(pairs.length);
    for (const [i, [name, text]] of pairs.entries()) {
      const [nameBytes, textBytes] = sizes[i]!;
      this.#varint(nameBytes);
      this.#text(name, nameBytes);
      this.#varint(textBytes);
      this.#text(text, textBytes);
    }
  }
  #text(text: string, length: number): void {
    this.batch.write(text, this.at, length, "utf8");
    this.at += length;
  }
  #varint(value: number): void {
    let raw = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; raw >= 0x80; raw >>>= 7) this.batch[this.at++] = (raw & 0x7f) | 0x80;
    this.batch[this.at++] = raw;
  }
}
