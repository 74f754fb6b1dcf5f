import type { Cursor, Row } from "./trace.ts";

/** Rows of several files in order of time; at the same time, files in the order they were given. */
export class MergedRows {
  /** The file of the row that `next` gave last. */
  file = 0;
  readonly #heads: (Row | undefined)[];

  constructor(private readonly cursors: readonly Cursor<Row>[]) {
    this.#heads = cursors.map((cursor) => cursor.next());
  }

  next(): Row | undefined {
    const heads = this.#heads;
    let earliest: Row | undefined;
    for (let at = 0; at < heads.length; at++) {
      const head = heads[at];
      if (head === undefined || (earliest !== undefined && earliest.tsMs <= head.tsMs)) continue;
      earliest = head;
      this.file = at;
    }
    if (earliest !== undefined) heads[this.file] = this.cursors[this.file]!.next();
    return earliest;
  }

  close(): void {
    for (const cursor of this.cursors) cursor.close();
  }
}
