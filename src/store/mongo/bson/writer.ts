/** Types of BSON elements, as the first byte of each says; https://bsonspec.org/spec.html */
export const bsonType = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  int32: 0x10,
  int64: 0x12,
} as const;
type BsonType = (typeof bsonType)[keyof typeof bsonType];

const TWO_32 = 2 ** 32;
/** Up to this length a loop over the characters is faster than the call into the runtime's encoder. */
const SHORT = 12;
/** Names that are kept as bytes; what sends more names than this makes them up. */
const MOST_NAMES = 2_000;

const encoder = new TextEncoder();
const names = new Map<string, Uint8Array>();

/**
 * Documents one after the other in one buffer that grows. About twice as fast as the driver's own serialiser, which
 * writes each document into a buffer of its own and asks each value for its class; and the driver need not join them.
 */
export class BsonWriter {
  #bytes: Buffer;
  #view: DataView;
  #end = 0;

  constructor(capacity = 1024 * 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Where the next byte goes. */
  get end(): number {
    return this.#end;
  }
  get capacity(): number {
    return this.#bytes.byteLength;
  }
  /** What was written from `start` on; valid until the next write. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#end);
  }
  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }
  /** Overwrites four bytes. */
  putInt32(at: number, value: number): void {
    this.#view.setInt32(at, value, true);
  }
  /** Takes back all that was written from `start` on. */
  rewind(start: number): void {
    this.#end = start;
  }

  /** Begins a document at the top; pass what this returns to `close`. */
  open(): number {
    this.#reserve(4);
    const start = this.#end;
    this.#end += 4;
    return start;
  }
  /** Begins a document inside another one. */
  openField(name: Name, type: BsonType = bsonType.document): number {
    this.#element(type, name);
    return this.open();
  }
  close(start: number): void {
    this.#reserve(1);
    this.#bytes[this.#end++] = 0;
    this.#view.setInt32(start, this.#end - start, true);
  }

  string(name: Name, value: string): void {
    this.#element(bsonType.string, name, 4 + 3 * value.length + 1);
    const at = this.#end;
    this.#end += 4;
    this.#text(value);
    this.#bytes[this.#end++] = 0;
    this.#view.setInt32(at, this.#end - at - 4, true);
  }
  int32(name: Name, value: number): void {
    this.#element(bsonType.int32, name);
    this.#view.setInt32(this.#end, value, true);
    this.#end += 4;
  }
  /** A whole number of less than 2^63. */
  int64(name: Name, value: number): void {
    this.#element(bsonType.int64, name);
    this.#long(value);
  }
  double(name: Name, value: number): void {
    this.#element(bsonType.double, name);
    this.#view.setFloat64(this.#end, value, true);
    this.#end += 8;
  }
  /** Whole milliseconds since the epoch. */
  date(name: Name, ms: number): void {
    this.#element(bsonType.date, name);
    this.#long(ms);
  }
  boolean(name: Name, value: boolean): void {
    this.#element(bsonType.boolean, name);
    this.#bytes[this.#end++] = value ? 1 : 0;
  }
  null(name: Name): void {
    this.#element(bsonType.null, name);
  }

  /** Makes room for the value as well; those of fixed size have 8 bytes at most. */
  #element(type: BsonType, name: Name, valueBytes = 8): void {
    const bytes = typeof name === "string" ? nameBytes(name) : name;
    const length = bytes.length;
    this.#reserve(length + 1 + valueBytes);
    const into = this.#bytes;
    let at = this.#end;
    into[at++] = type;
    for (let i = 0; i < length; i++) into[at++] = bytes[i]!;
    this.#end = at;
  }

  #text(value: string): void {
    const length = value.length;
    const into = this.#bytes;
    let at = this.#end;
    if (length <= SHORT) {
      let i = 0;
      for (; i < length; i++) {
        const code = value.charCodeAt(i);
        if (code > 127) break;
        into[at++] = code;
      }
      if (i === length) {
        this.#end = at;
        return;
      }
    }
    this.#end += into.utf8Write(value, this.#end);
  }

  #long(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.#view.setUint32(this.#end, value - high * TWO_32, true);
    this.#view.setInt32(this.#end + 4, high, true);
    this.#end += 8;
  }

  #reserve(more: number): void {
    const wanted = this.#end + more;
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** The name of a field; as bytes when it is written often, with the zero byte after it. */
export type Name = string | Uint8Array;

/** A name and the zero byte after it. Throws when the name holds a zero byte itself. */
export function nameBytes(name: string): Uint8Array {
  const known = names.get(name);
  if (known) return known;
  if (name.includes("\0")) throw new TypeError(`the name ${JSON.stringify(name)} holds a zero byte`);
  const bytes = encoder.encode(`${name}\0`);
  if (names.size < MOST_NAMES) names.set(name, bytes);
  return bytes;
}
