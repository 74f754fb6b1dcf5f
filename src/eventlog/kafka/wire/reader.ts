const HIGH = 2 ** 32;
const decoder = new TextDecoder();

/**
 * Reads Kafka's primitive types off a buffer, in order. Offsets and times are plain numbers, exact up to 2^53. Throws a
 * RangeError when the buffer ends too early. Source of the types: https://kafka.apache.org/protocol#protocol_types
 */
export class Reader {
  readonly #view: DataView;
  at = 0;

  constructor(readonly data: Uint8Array) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }
  get left(): number {
    return this.data.length - this.at;
  }
  int8(): number {
    this.at += 1;
    return this.#view.getInt8(this.at - 1);
  }
  int16(): number {
    this.at += 2;
    return this.#view.getInt16(this.at - 2);
  }
  int32(): number {
    this.at += 4;
    return this.#view.getInt32(this.at - 4);
  }
  uint32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4);
  }
  int64(): number {
    const high = this.int32();
    return high * HIGH + this.uint32();
  }
  bigint64(): bigint {
    this.at += 8;
    return this.#view.getBigInt64(this.at - 8);
  }
  boolean(): boolean {
    return this.int8() !== 0;
  }
  uvarint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#view.getUint8(this.at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }
  /** Zigzag, up to 64 bits wide. */
  varint(): number {
    const raw = this.uvarint();
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }
  bytes(length: number): Uint8Array {
    if (length < 0 || length > this.left) throw new RangeError(`${length} bytes wanted, ${this.left} left`);
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }
  text(length: number): string {
    return length === 0 ? "" : decoder.decode(this.bytes(length));
  }
  /** With a 16-bit length; null for -1. */
  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.text(length);
  }
  /** Elements after a 32-bit count; a null array is empty. */
  array<T>(element: () => T): T[] {
    return times(Math.max(0, this.int32()), element);
  }
  compactString(): string | null {
    const length = this.uvarint();
    return length === 0 ? null : this.text(length - 1);
  }
  compactBytes(): Uint8Array | null {
    const length = this.uvarint();
    return length === 0 ? null : this.bytes(length - 1);
  }
  compactArray<T>(element: () => T): T[] {
    return times(Math.max(0, this.uvarint() - 1), element);
  }
  uuid(): string {
    return Buffer.from(this.bytes(16)).toString("base64url");
  }
  /** Fields of newer versions that nobody here knows. */
  skipTags(): void {
    for (let count = this.uvarint(); count > 0; count--) {
      this.uvarint();
      this.bytes(this.uvarint());
    }
  }
}

function times<T>(count: number, element: () => T): T[] {
  const all: T[] = [];
  for (let i = 0; i < count; i++) all.push(element());
  return all;
}
