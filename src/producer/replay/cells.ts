import { RowProblem } from "./row-problem.ts";
import { WordCache } from "./word-cache.ts";

const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const COMMA = 44;

/** The cells of one line of CSV as byte positions, without the blanks and quotes around them. */
export class Cells {
  count = 0;
  buffer: Uint8Array = new Uint8Array();
  lineStart = 0;
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  readonly #words = new WordCache();

  /** Splits `buffer[start, end)`. A quoted cell may hold the delimiter; quotes inside of it are left as they are. */
  split(buffer: Uint8Array, start: number, end: number, delimiter = COMMA): void {
    this.buffer = buffer;
    this.lineStart = start;
    this.count = 0;
    let from = start;
    let isQuoted = false;
    for (let at = start; at < end; at++) {
      const byte = buffer[at]!;
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === delimiter && !isQuoted) {
        this.#add(from, at);
        from = at + 1;
      }
    }
    this.#add(from, end);
  }

  text(index: number): string {
    return this.#words.text(this.buffer, this.starts[index]!, this.ends[index]!);
  }

  /** Bytes from the start of the line to a cell, for messages. */
  offset(index: number): number {
    return this.starts[index]! - this.lineStart;
  }

  /** Throws unless the line has as many cells as the header. */
  expect(count: number): void {
    if (this.count === count) return;
    const at = this.count > count ? this.offset(count) : this.ends[this.count - 1]! - this.lineStart;
    throw new RowProblem("cell_count", `expected ${count} cells as in the header, got ${this.count}`, at);
  }

  #add(from: number, to: number): void {
    const b = this.buffer;
    let start = from;
    let end = to;
    while (start < end && (b[start] === SPACE || b[start] === TAB)) start++;
    while (end > start && (b[end - 1] === SPACE || b[end - 1] === TAB)) end--;
    if (end - start >= 2 && b[start] === QUOTE && b[end - 1] === QUOTE) {
      start++;
      end--;
    }
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count += 1;
  }

  #grow(): void {
    const starts = new Int32Array(this.starts.length * 2);
    const ends = new Int32Array(this.ends.length * 2);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }
}
