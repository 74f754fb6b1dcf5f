import type { Cells } from "./cells.ts";
import { RowProblem, shown } from "./row-problem.ts";
import type { TimestampReader } from "./timestamp.ts";

/** The time in a cell, ms since the epoch; a RowProblem for anything else. */
export function readCsvTime(times: TimestampReader, cells: Cells, index: number, name: string): number {
  const start = cells.starts[index]!;
  const end = cells.ends[index]!;
  const tsMs = times.read(cells.buffer, start, end);
  if (!Number.isNaN(tsMs)) return tsMs;
  throw new RowProblem(
    "timestamp",
    `${name}: expected a time such as 2023-11-16 18:15:46.680, from 2000 to 2099, got ${shown(cells.buffer, start, end)}`,
    cells.offset(index),
  );
}
