import type { SmiSample } from "../smi/sample.ts";
import { smiDecoder } from "../smi/sample.ts";
import type { Cells } from "./cells.ts";
import { readCsvTime } from "./csv-time.ts";
import type { Header } from "./header.ts";
import { columnOf } from "./header.ts";
import { RowProblem } from "./row-problem.ts";
import type { TimestampReader } from "./timestamp.ts";

/** Reads rows of a log with its times. A row without a utilisation is refused: it tells nothing that can be priced. */
export function logDecoder(header: Header, times: TimestampReader): (cells: Cells) => SmiSample {
  const decode = smiDecoder(header);
  const timeColumn = columnOf(header, "timestamp");
  return (cells) => {
    const tsMs = readCsvTime(times, cells, timeColumn, "timestamp");
    const reading = decode(cells);
    if (reading.numbers.utilization === undefined)
      throw new RowProblem("no_utilization", "utilization.gpu is absent in this row");
    return { tsMs, ...reading };
  };
}
