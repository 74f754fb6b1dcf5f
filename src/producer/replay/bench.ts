import type { BenchDocument } from "./bench-file.ts";
import { readBenchFile } from "./bench-file.ts";
import type { BenchResult } from "./bench-result.ts";
import { readBenchResult } from "./bench-result.ts";
import { BenchRequestRow, BenchTotalsRow } from "./bench-row.ts";
import { benchSchedule } from "./bench-schedule.ts";
import type { TraceOptions } from "./options.ts";
import type { RowPolicy } from "./row-problem.ts";
import { RowProblem } from "./row-problem.ts";
import { TimestampReader } from "./timestamp.ts";
import type { Cursor, Row, Trace, TraceFile } from "./trace.ts";
import { openZone } from "./zone.ts";

/** Results of `vllm bench serve --save-result [--save-detailed] [--append-result]`. */
export function benchTrace(file: TraceFile, options: TraceOptions): Trace {
  let isEstimated = false;
  return {
    file,
    format: "bench",
    open: (policy, onChunk) => {
      const rows = readBenchFile(file, onChunk).flatMap((document) => {
        const read = rowsOf(document, policy, options);
        isEstimated ||= read.isEstimated;
        return read.rows.map((row) => ({ row, line: document.line }));
      });
      return overRows(rows.sort((a, b) => a.row.tsMs - b.row.tsMs));
    },
    notes: () => [
      `${file.label}: its date names no zone and is read as ${options.zone}; --zone changes that`,
      ...(isEstimated
        ? [
            `${file.label}: holds no start times, so when each request ran is worked out from the request rate`,
          ]
        : []),
    ],
  };
}

type Read = { readonly rows: readonly Row[]; readonly isEstimated: boolean };

function rowsOf(document: BenchDocument, policy: RowPolicy, options: TraceOptions): Read {
  try {
    const result = readBenchResult(document.value);
    const endMs = benchDateMs(result.date, options.zone);
    if (result.requests.length > 0) return requestRows(result, endMs, options);
    return { rows: [new BenchTotalsRow(endMs, result, options)], isEstimated: false };
  } catch (problem) {
    if (!(problem instanceof RowProblem)) throw problem;
    policy.meet(problem, document.line, false);
    return { rows: [], isEstimated: false };
  }
}

function requestRows(result: BenchResult, endMs: number, options: TraceOptions): Read {
  const { endsBeforeS, isEstimated } = benchSchedule(result);
  const model = result.model ?? options.model;
  const rows = result.requests.map(
    (request, at) =>
      new BenchRequestRow(endMs - Math.round(endsBeforeS[at]! * 1000), request, model, isEstimated, options),
  );
  return { rows, isEstimated };
}

/** `20250811-143015`, or `2025-08-11 14:30:15`. */
function benchDateMs(date: string, zone: string): number {
  const spelled = date.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3 $4:$5:$6");
  const bytes = new TextEncoder().encode(spelled);
  const ms = new TimestampReader(openZone(zone)).read(bytes, 0, bytes.length);
  if (!Number.isNaN(ms)) return ms;
  throw new RowProblem(
    "timestamp",
    `date: expected a time such as "20250811-143015", got ${JSON.stringify(date.slice(0, 60))}`,
  );
}

function overRows(rows: readonly { readonly row: Row; readonly line: number }[]): Cursor<Row> {
  let at = 0;
  return {
    get line() {
      return rows[at - 1]?.line ?? 1;
    },
    next: () => rows[at++]?.row,
    close: () => {},
  };
}
