import type { LogRecord, OutRecord } from "../port.ts";

/**
 * Records of one partition that were appended together, as one row. Measured against one row per record on 512-byte
 * events: half the CPU per append, a fifth of it per read, and a tenth of the disk space, because what repeats
 * within a chunk compresses away.
 */
export type Chunk = {
  readonly count: number;
  readonly appendedMs: number;
  /** Bytes of the values alone. */
  readonly valueBytes: number;
  /** JSON list of the distinct keys; `null` when no record has a key. */
  readonly keys: string | null;
  /** JSON object from index in the chunk to headers; `null` when no record has headers. */
  readonly headers: string | null;
  readonly packing: number;
  /** CRC-32 of `body`. */
  readonly checksum: number;
  /** Per record the index of its key and the length of its value (both uint32, little-endian), then all values. */
  readonly body: Uint8Array;
};

/** What a chunk is limited to when its records are small, so that a reader never loads much more than it asked for. */
export const CHUNK_BYTES = 256 * 1024;

const ENTRY_BYTES = 8;
const NO_KEY = 0xffff_ffff;
const PLAIN = 0;
const ZSTD = 1;
/** Below this a compressed chunk is hardly smaller, and compressing costs more than the bytes it saves. */
const COMPRESS_FROM_BYTES = 1024;

const headersOf = (record: OutRecord) =>
  record.headers !== undefined && Object.keys(record.headers).length > 0 ? record.headers : undefined;

function weight(record: OutRecord): number {
  const headers = headersOf(record);
  const words = (record.key?.length ?? 0) + (headers ? JSON.stringify(headers).length : 0);
  return record.value.length + words + ENTRY_BYTES;
}

/** Cuts records into runs of at most `maxBytes`; a single larger record is a run of its own. */
export function splitRuns(records: readonly OutRecord[], maxBytes: number = CHUNK_BYTES): OutRecord[][] {
  const runs: OutRecord[][] = [];
  let run: OutRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = weight(record);
    if (run.length > 0 && bytes + size > maxBytes) {
      runs.push(run);
      run = [];
      bytes = 0;
    }
    run.push(record);
    bytes += size;
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

/** Reused, because fresh memory for every chunk costs as much as filling it. */
const scratch = new Uint8Array(CHUNK_BYTES);

/** Memory for `length` bytes, valid until the next call. */
function borrow(length: number): Uint8Array<ArrayBuffer> {
  if (length > CHUNK_BYTES) return new Uint8Array(length);
  return scratch.subarray(0, length);
}

/** Packs records of one partition into one row. Its body is valid until the next call. */
export function encodeChunk(records: readonly OutRecord[], appendedMs: number): Chunk {
  const valueBytes = records.reduce((sum, record) => sum + record.value.length, 0);
  const plain = borrow(records.length * ENTRY_BYTES + valueBytes);
  const view = new DataView(plain.buffer);
  const keys = new Map<string, number>();
  const headers: Record<number, Readonly<Record<string, string>>> = {};
  let at = records.length * ENTRY_BYTES;
  for (const [index, record] of records.entries()) {
    view.setUint32(index * ENTRY_BYTES, keyIndex(keys, record.key), true);
    view.setUint32(index * ENTRY_BYTES + 4, record.value.length, true);
    plain.set(record.value, at);
    at += record.value.length;
    const own = headersOf(record);
    if (own) headers[index] = own;
  }
  const packed = plain.length < COMPRESS_FROM_BYTES ? plain : Bun.zstdCompressSync(plain, { level: 1 });
  const smaller = packed.length < plain.length;
  const body = smaller ? packed : plain.slice();
  return {
    count: records.length,
    appendedMs,
    valueBytes,
    keys: keys.size > 0 ? JSON.stringify([...keys.keys()]) : null,
    headers: Object.keys(headers).length > 0 ? JSON.stringify(headers) : null,
    packing: smaller ? ZSTD : PLAIN,
    checksum: Bun.hash.crc32(body),
    body,
  };
}

function keyIndex(keys: Map<string, number>, key: string | null): number {
  if (key === null) return NO_KEY;
  const known = keys.get(key);
  if (known !== undefined) return known;
  keys.set(key, keys.size);
  return keys.size - 1;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** The records of a chunk that starts at `firstOffset`. Throws an ordinary error when the chunk is damaged. */
export function decodeChunk(chunk: Chunk, firstOffset: number): LogRecord[] {
  if (Bun.hash.crc32(chunk.body) !== chunk.checksum) throw new Error("checksum mismatch");
  const plain = chunk.packing === ZSTD ? Bun.zstdDecompressSync(chunk.body) : chunk.body;
  if (plain.length !== chunk.count * ENTRY_BYTES + chunk.valueBytes) throw new Error("length mismatch");
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const keys: readonly string[] = chunk.keys === null ? [] : JSON.parse(chunk.keys);
  const headers: Record<number, Record<string, string>> | undefined =
    chunk.headers === null ? undefined : JSON.parse(chunk.headers);
  const records: LogRecord[] = [];
  let at = chunk.count * ENTRY_BYTES;
  for (let index = 0; index < chunk.count; index += 1) {
    const length = view.getUint32(index * ENTRY_BYTES + 4, true);
    records.push({
      offset: firstOffset + index,
      key: keys[view.getUint32(index * ENTRY_BYTES, true)] ?? null,
      value: plain.subarray(at, at + length),
      headers: headers?.[index] ?? NO_HEADERS,
      appendedMs: chunk.appendedMs,
    });
    at += length;
  }
  return records;
}
