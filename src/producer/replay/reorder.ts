import type { RowPolicy } from "./row-problem.ts";
import { RowProblem } from "./row-problem.ts";
import type { Cursor } from "./trace.ts";

/** Rows that are held back to put them in order; a row that is further behind than this is a problem of the file. */
const REORDER_ROWS = 1024;

/**
 * Puts rows that are slightly out of order in order of time; rows of the same time stay as they are in the file. A row
 * that is older than what was already given out cannot be placed any more and is refused (or skipped, when lenient).
 */
export function inTimeOrder<T extends { readonly tsMs: number }>(
  rows: Cursor<T>,
  policy: RowPolicy,
  capacity = REORDER_ROWS,
): Cursor<T> {
  const held = new Array<T | undefined>(capacity);
  let first = 0;
  let count = 0;
  let releasedMs = Number.NEGATIVE_INFINITY;
  let isEnded = false;

  const insert = (row: T) => {
    let at = count;
    while (at > 0) {
      const before = held[(first + at - 1) % capacity]!;
      if (before.tsMs <= row.tsMs) break;
      held[(first + at) % capacity] = before;
      at -= 1;
    }
    held[(first + at) % capacity] = row;
    count += 1;
  };

  return {
    get line() {
      return rows.line;
    },
    next: () => {
      while (!isEnded && count < capacity) {
        const row = rows.next();
        if (row === undefined) isEnded = true;
        else if (row.tsMs >= releasedMs) insert(row);
        else policy.meet(tooLate(row.tsMs, releasedMs, capacity), rows.line, false);
      }
      if (count === 0) return undefined;
      const row = held[first]!;
      held[first] = undefined;
      first = (first + 1) % capacity;
      count -= 1;
      releasedMs = row.tsMs;
      return row;
    },
    close: () => rows.close(),
  };
}

function tooLate(tsMs: number, releasedMs: number, capacity: number): RowProblem {
  const behindS = ((releasedMs - tsMs) / 1000).toFixed(1);
  return new RowProblem(
    "order",
    `the time goes back by ${behindS} s or more; rows may be at most ${capacity} rows out of order, so sort the file by time`,
  );
}
