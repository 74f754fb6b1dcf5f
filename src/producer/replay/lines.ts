import type { ByteSource } from "./bytes.ts";
import { RowProblem } from "./row-problem.ts";

const LF = 10;
const CR = 13;
const CHUNK_BYTES = 256 * 1024;
/** A longer line is no row of any format we read; it bounds the memory that a file without line ends takes. */
export const MAX_LINE_BYTES = 1024 * 1024;

/**
 * Walks over the lines of a file without making strings. After `next()` the line is `buffer[start, end)`, without its
 * line end; a byte order mark at the start of the file is left out. The buffer changes with the next call.
 */
export class LineReader {
  buffer: Uint8Array;
  start = 0;
  end = 0;
  /** Number of the line, from 1. */
  line = 0;
  /** False for a last line without a line end. */
  isTerminated = true;
  /** Set when the line was longer than the limit; the rest of it is skipped. */
  isTooLong = false;

  #filled = 0;
  #next = 0;
  #position = 0;
  /** Whether a NUL byte was seen anywhere; only then is each line searched for one. */
  #hasNul = false;

  constructor(
    private readonly source: ByteSource,
    private readonly onChunk?: (bytes: Uint8Array) => void,
  ) {
    this.buffer = new Uint8Array(Math.max(1, Math.min(CHUNK_BYTES, source.size)));
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#position;
  }

  next(): boolean {
    this.isTooLong = false;
    for (;;) {
      const at = this.buffer.indexOf(LF, this.#next);
      if (at !== -1 && at < this.#filled) {
        this.#take(this.#next, at, at + 1, true);
        return true;
      }
      if (this.#filled - this.#next > MAX_LINE_BYTES) {
        this.isTooLong = true;
        this.#next = this.#filled;
      }
      if (this.#fill()) continue;
      if (this.#next === this.#filled && !this.isTooLong) return false;
      this.#take(this.#next, this.#filled, this.#filled, false);
      return true;
    }
  }

  /** Throws for a line that no parser should look at. */
  check(): void {
    if (this.isTooLong) throw new RowProblem("too_long", `the line is longer than ${MAX_LINE_BYTES} bytes`);
    if (!this.#hasNul) return;
    const nul = this.buffer.subarray(this.start, this.end).indexOf(0);
    if (nul !== -1) throw new RowProblem("binary", "the line holds a NUL byte, so this is not text", nul);
  }

  #take(start: number, end: number, next: number, isTerminated: boolean): void {
    this.line += 1;
    const b = this.buffer;
    this.start =
      this.line === 1 && b[start] === 0xef && b[start + 1] === 0xbb && b[start + 2] === 0xbf
        ? start + 3
        : start;
    this.end = end > this.start && b[end - 1] === CR ? end - 1 : end;
    this.#next = next;
    this.isTerminated = isTerminated;
  }

  /** Moves what is left to the front and reads more behind it; false at the end of the file. */
  #fill(): boolean {
    const left = this.#filled - this.#next;
    if (this.#next > 0) this.buffer.copyWithin(0, this.#next, this.#filled);
    if (left === this.buffer.length) {
      const larger = new Uint8Array(this.buffer.length * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.#next = 0;
    const room = Math.min(this.buffer.length - left, this.source.size - this.#position);
    const count = room > 0 ? this.source.read(this.buffer.subarray(left, left + room), this.#position) : 0;
    this.#filled = left + count;
    this.#position += count;
    if (count === 0) return false;
    const chunk = this.buffer.subarray(left, this.#filled);
    this.#hasNul ||= chunk.includes(0);
    this.onChunk?.(chunk);
    return true;
  }
}
