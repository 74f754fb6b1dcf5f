import { Unreadable } from "./unreadable.ts";

/** Output of a decompressor: grows, copies from what is there already, and refuses to pass a bound. */
export class Unpacked {
  #data: Uint8Array;
  #length = 0;

  constructor(
    expectedBytes: number,
    private readonly maxBytes: number,
  ) {
    this.#data = new Uint8Array(Math.min(Math.max(expectedBytes, 64), maxBytes));
  }
  get bytes(): Uint8Array {
    return this.#data.subarray(0, this.#length);
  }
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#data.set(bytes, this.#length);
    this.#length += bytes.length;
  }
  /** Repeats `length` bytes that begin `distance` bytes back; the two may overlap. */
  repeat(distance: number, length: number): void {
    const from = this.#length - distance;
    if (distance <= 0 || from < 0) throw new Unreadable("packed records refer to bytes before their start");
    this.#reserve(length);
    if (distance >= length) this.#data.copyWithin(this.#length, from, from + length);
    else for (let i = 0; i < length; i++) this.#data[this.#length + i] = this.#data[from + i]!;
    this.#length += length;
  }
  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted > this.maxBytes)
      throw new Unreadable(`packed records unpack to more than ${this.maxBytes} bytes`);
    if (wanted <= this.#data.length) return;
    const larger = new Uint8Array(Math.min(this.maxBytes, Math.max(wanted, this.#data.length * 2)));
    larger.set(this.#data.subarray(0, this.#length));
    this.#data = larger;
  }
}
