import { DocumentSequence } from "mongodb/lib/cmap/commands.js";
import { BsonWriter } from "../bson/writer.ts";

/** Buffers kept for the next message, and the largest one worth keeping. */
const SPARE_BUFFERS = 8;
const SPARE_BYTES = 8 * 1024 * 1024;
const spare: BsonWriter[] = [];
const encoder = new TextEncoder();

/**
 * Documents that are serialised where they are sent from: give it to a command in place of the array that `field`
 * names. The driver then neither serialises nor joins them. Layout of such a section:
 * https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md
 */
export class Documents extends DocumentSequence {
  readonly #writer: BsonWriter;
  #count = 0;

  constructor(field: "documents" | "updates") {
    super(field);
    this.#writer = spare.pop() ?? new BsonWriter();
    this.#writer.rewind(0);
    this.#writer.raw(encoder.encode(`\u0001\0\0\0\0${field}\0`));
  }

  get count(): number {
    return this.#count;
  }
  get bytes(): number {
    return this.#writer.end;
  }

  /** Adds a document; `write` may say with a reason that it has written none. */
  add(write: (into: BsonWriter) => string | undefined): string | undefined {
    const refusal = write(this.#writer);
    if (refusal === undefined) this.#count += 1;
    return refusal;
  }

  override toBin(): Uint8Array {
    this.#writer.putInt32(1, this.#writer.end - 1);
    return this.#writer.since(0);
  }

  /** Gives the buffer back. Only when nobody will read it again: after the server's answer, never after a timeout. */
  release(): void {
    if (spare.length < SPARE_BUFFERS && this.#writer.capacity <= SPARE_BYTES) spare.push(this.#writer);
  }
}
