import { planCounters } from "./counter-columns.ts";
import type { CounterDeltas } from "./counter-deltas.ts";
import { counterDeltas } from "./counter-deltas.ts";
import { CounterRow } from "./counter-row.ts";
import type { CounterSample } from "./counter-sample.ts";
import { counterDecoder } from "./counter-sample.ts";
import { CsvCursor, requireColumns } from "./csv.ts";
import type { Header } from "./header.ts";
import type { TraceOptions } from "./options.ts";
import { inTimeOrder } from "./reorder.ts";
import type { RowPolicy } from "./row-problem.ts";
import { inputError, RowProblem } from "./row-problem.ts";
import { TimestampReader } from "./timestamp.ts";
import type { Cursor, Row, Trace, TraceFile } from "./trace.ts";
import { openZone } from "./zone.ts";

/** The most an event can count. */
const MAX_DELTA = 1e12;

/** A CSV of the counters of vLLM servers over time, a row per reading, such as a scrape loop writes it. */
export function countersTrace(file: TraceFile, header: Header, options: TraceOptions): Trace {
  const hint =
    "the file needs a column timestamp (seconds since 1970), prompt_tokens_total and generation_tokens_total";
  const plan = planCounters(header);
  requireColumns(file, header, ["prompt_tokens_total", "generation_tokens_total"], hint);
  if (plan.time === -1)
    throw inputError(
      file.label,
      `the column timestamp is missing; the columns are ${header.names.join(", ")}`,
      { line: 1 },
      hint,
    );
  return {
    file,
    format: "counters",
    open: (policy, onChunk) => {
      const times = new TimestampReader(openZone(options.zone));
      const samples = new CsvCursor(file, header, policy, counterDecoder(plan, times), onChunk);
      return differences(inTimeOrder(samples, policy), policy, options);
    },
    notes: () => [],
  };
}

const isPlausible = (deltas: CounterDeltas): boolean =>
  Object.values(deltas).every((delta) => delta <= MAX_DELTA);

/** Each reading less the one before it of the same server; the first of a server is only a baseline. */
function differences(samples: Cursor<CounterSample>, policy: RowPolicy, options: TraceOptions): Cursor<Row> {
  const last = new Map<string, CounterSample>();
  return {
    get line() {
      return samples.line;
    },
    next: () => {
      for (;;) {
        const after = samples.next();
        if (after === undefined) return undefined;
        const before = last.get(after.series);
        last.set(after.series, after);
        if (before === undefined) continue;
        const deltas = counterDeltas(before, after);
        if (isPlausible(deltas)) return new CounterRow(before, after, deltas, options);
        policy.meet(
          new RowProblem("number", `a counter grew by more than ${MAX_DELTA}`),
          samples.line,
          false,
        );
      }
    },
    close: () => samples.close(),
  };
}
