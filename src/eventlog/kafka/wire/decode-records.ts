import type { LogRecord } from "../../port.ts";
import { type BatchHeader, FORMAT } from "./batch-header.ts";
import { decompress } from "./codecs.ts";
import { Unreadable } from "./unreadable.ts";

/** Carries the id of a record that must be in its topic once; not shown to readers. */
export const ONCE_HEADER = "ca3-once-id";

const decoder = new TextDecoder();
const noHeaders: Readonly<Record<string, string>> = Object.freeze({});
const nothing = new Uint8Array(0);

export type DecodedRecord = LogRecord & {
  readonly onceId?: string | undefined;
  /** What it takes of the memory that its batch was unpacked into: key and headers as well as the value. */
  readonly bytes: number;
};

/** A record as a view of what was fetched; its key is not looked at before somebody asks for it, which is rare. */
class FetchedRecord implements DecodedRecord {
  readonly #data: Uint8Array;
  readonly #keyAt: number;
  readonly #keyBytes: number;

  /** `keyBytes` is negative for a record without a key. */
  constructor(
    data: Uint8Array,
    keyAt: number,
    keyBytes: number,
    readonly value: Uint8Array,
    readonly offset: number,
    readonly appendedMs: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly onceId: string | undefined,
    readonly bytes: number,
  ) {
    this.#data = data;
    this.#keyAt = keyAt;
    this.#keyBytes = keyBytes;
  }
  get key(): string | null {
    if (this.#keyBytes < 0) return null;
    return decoder.decode(this.#data.subarray(this.#keyAt, this.#keyAt + this.#keyBytes));
  }
}

/**
 * Appends the records of a batch at or behind `fromOffset` to `into`. A batch that cannot be read, whatever another
 * program wrote there, becomes one record at its last offset that says why and holds its bytes.
 */
export function decodeRecords(batch: BatchHeader, fromOffset: number, into: DecodedRecord[]): void {
  const before = into.length;
  try {
    decode(batch, fromOffset, into);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    into.length = before;
    const { count, baseOffset, lastOffset: offset, maxTimestamp: appendedMs, records: value } = batch;
    const unreadable = `${count} records from offset ${baseOffset} on, sent together: ${error.message}`;
    const bytes = value.length;
    into.push({ offset, key: null, value, headers: noHeaders, appendedMs, unreadable, bytes });
  }
}

function decode(batch: BatchHeader, fromOffset: number, into: DecodedRecord[]): void {
  if (batch.format !== FORMAT)
    throw new Unreadable(`they are in format ${batch.format}, which Kafka 0.11 gave up`);
  const { baseOffset, lastOffset, baseTimestamp, maxTimestamp, logAppendTime } = batch;
  const cursor = new Cursor(decompress(batch.codec, batch.records));
  for (let left = batch.count; left > 0; left--) {
    const length = cursor.varint();
    const end = cursor.at + length;
    if (!(length > 0 && end <= cursor.data.length))
      throw new Unreadable(`a record behind offset ${baseOffset} has no end`);
    cursor.at += 1; // attributes, of which there are none yet
    const delta = cursor.varlong();
    const offset = baseOffset + cursor.varint();
    if (!(offset <= lastOffset)) throw new Unreadable(`one claims the offset ${offset}`);
    if (offset >= fromOffset)
      into.push(readRecord(cursor, offset, logAppendTime ? maxTimestamp : baseTimestamp + delta, length));
    cursor.at = end;
  }
}

function readRecord(cursor: Cursor, offset: number, appendedMs: number, size: number): DecodedRecord {
  const { data } = cursor;
  const keyBytes = cursor.length();
  const keyAt = cursor.skip(keyBytes);
  const value = cursor.bytes() ?? nothing;
  const count = cursor.varint();
  if (count <= 0)
    return new FetchedRecord(data, keyAt, keyBytes, value, offset, appendedMs, noHeaders, undefined, size);
  if (count > data.length - cursor.at) throw new Unreadable(`one claims ${count} headers`);
  const headers: Record<string, string> = {};
  let onceId: string | undefined;
  for (let i = 0; i < count; i++) {
    const name = decoder.decode(cursor.bytes() ?? nothing);
    const text = decoder.decode(cursor.bytes() ?? nothing);
    if (name === ONCE_HEADER) onceId = text;
    else headers[name] = text;
  }
  return new FetchedRecord(data, keyAt, keyBytes, value, offset, appendedMs, headers, onceId, size);
}

class Cursor {
  at = 0;
  constructor(readonly data: Uint8Array) {}

  /** Zigzag, up to 32 bits wide. */
  varint(): number {
    let byte = this.data[this.at++]!;
    let raw = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && shift < 35; shift += 7) {
      byte = this.data[this.at++]!;
      raw |= (byte & 0x7f) << shift;
    }
    return (raw >>> 1) ^ -(raw & 1);
  }
  /** Zigzag, up to 64 bits wide. */
  varlong(): number {
    let byte = this.data[this.at++]!;
    let raw = byte & 0x7f;
    for (let factor = 128; byte >= 0x80 && factor < 2 ** 64; factor *= 128) {
      byte = this.data[this.at++]!;
      raw += (byte & 0x7f) * factor;
    }
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }
  /** Of a field that follows; -1 for one that is null. Throws Unreadable when the data ends before the field. */
  length(): number {
    const length = this.varint();
    if (!(length <= this.data.length - this.at))
      throw new Unreadable(`a field of ${length} bytes has no end`);
    return length;
  }
  /** Goes on behind a field, and answers where it begins. */
  skip(length: number): number {
    const start = this.at;
    if (length > 0) this.at += length;
    return start;
  }
  /** With a varint before it; null for -1. */
  bytes(): Uint8Array | null {
    const length = this.length();
    if (length < 0) return null;
    return this.data.subarray(this.skip(length), this.at);
  }
}
