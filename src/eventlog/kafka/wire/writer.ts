/** Writes Kafka's primitive types into a buffer that grows; the counterpart of `Reader`. */
export class Writer {
  #buffer: Buffer;
  #at = 0;

  constructor(capacity = 256) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }
  /** What was written; a view that is valid until the next write. */
  get buffer(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }
  int8(value: number): this {
    const at = this.#grow(1);
    this.#buffer.writeInt8(value, at);
    return this;
  }
  int16(value: number): this {
    const at = this.#grow(2);
    this.#buffer.writeInt16BE(value, at);
    return this;
  }
  int32(value: number): this {
    const at = this.#grow(4);
    this.#buffer.writeInt32BE(value, at);
    return this;
  }
  int64(value: number | bigint): this {
    const at = this.#grow(8);
    this.#buffer.writeBigInt64BE(BigInt(value), at);
    return this;
  }
  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }
  uvarint(value: number): this {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 0x80);
    return this.#byte(rest);
  }
  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#buffer.set(bytes, at);
    return this;
  }
  string(text: string | null): this {
    if (text === null) return this.int16(-1);
    const length = Buffer.byteLength(text);
    this.int16(length);
    const at = this.#grow(length);
    this.#buffer.write(text, at);
    return this;
  }
  bytes(value: Uint8Array): this {
    return this.int32(value.length).raw(value);
  }
  array<T>(values: readonly T[], element: (value: T) => void): this {
    this.int32(values.length);
    for (const value of values) element(value);
    return this;
  }
  compactString(text: string | null): this {
    if (text === null) return this.uvarint(0);
    const length = Buffer.byteLength(text);
    this.uvarint(length + 1);
    const at = this.#grow(length);
    this.#buffer.write(text, at);
    return this;
  }
  /** `null` for a null array, which often means: all there are. */
  compactArray<T>(values: readonly T[] | null, element: (value: T) => void): this {
    this.uvarint(values === null ? 0 : values.length + 1);
    for (const value of values ?? []) element(value);
    return this;
  }
  uuid(id: string): this {
    return this.raw(Buffer.from(id, "base64url"));
  }
  /** No tagged fields. */
  noTags(): this {
    return this.#byte(0);
  }

  #byte(value: number): this {
    const at = this.#grow(1);
    this.#buffer[at] = value;
    return this;
  }
  /** Makes room, perhaps in a new buffer, and answers where it starts. */
  #grow(bytes: number): number {
    const start = this.#at;
    this.#at += bytes;
    if (this.#at > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#at, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, start));
      this.#buffer = larger;
    }
    return start;
  }
}
