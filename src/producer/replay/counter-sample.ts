import type { Cells } from "./cells.ts";
import type { CounterField, CounterPlan, GaugeField } from "./counter-columns.ts";
import { readCsvTime } from "./csv-time.ts";
import { readNumber } from "./numbers.ts";
import { RowProblem, shown } from "./row-problem.ts";
import { isPlausibleMs, type TimestampReader } from "./timestamp.ts";

/** One reading of all counters of one server. */
export type CounterSample = {
  readonly tsMs: number;
  /** Tells servers in one file apart. */
  readonly series: string;
  readonly model: string | undefined;
  readonly counters: Readonly<Partial<Record<CounterField, number>>>;
  readonly gauges: Readonly<Partial<Record<GaugeField, number>>>;
};

/** The most the event schema takes as an amount. */
const MAX_COUNTER = 1e15;
const MAX_TEXT = 256;

export function counterDecoder(plan: CounterPlan, times: TimestampReader): (cells: Cells) => CounterSample {
  return (cells) => {
    const tsMs = readUnixTime(times, cells, plan.time);
    const counters: Partial<Record<CounterField, number>> = {};
    for (const { field, index, name } of plan.counters) counters[field] = readAmount(cells, index, name);
    const gauges: Partial<Record<GaugeField, number>> = {};
    for (const { field, index, name } of plan.gauges)
      if (cells.starts[index] !== cells.ends[index]) gauges[field] = readAmount(cells, index, name);
    const words = plan.series.map((index) => readWord(cells, index));
    const model = plan.model === -1 ? "" : readWord(cells, plan.model);
    return { tsMs, series: words.join("\n"), model: model === "" ? undefined : model, counters, gauges };
  };
}

/** Unix time in seconds, or in ms or finer when the number is too large for that; also a date and time. */
function readUnixTime(times: TimestampReader, cells: Cells, index: number): number {
  let value = readNumber(cells.buffer, cells.starts[index]!, cells.ends[index]!);
  if (Number.isNaN(value)) return readCsvTime(times, cells, index, "timestamp");
  while (value > 1e11 && value < 1e20) value /= 1000;
  const tsMs = Math.floor(Math.round(value * 1e6) / 1e3);
  if (isPlausibleMs(tsMs)) return tsMs;
  throw new RowProblem(
    "timestamp",
    `timestamp: expected seconds since 1970 that lie from 2000 to 2099, got ${quote(cells, index)}`,
    cells.offset(index),
  );
}

function readAmount(cells: Cells, index: number, name: string): number {
  const value = readNumber(cells.buffer, cells.starts[index]!, cells.ends[index]!);
  if (value >= 0 && value <= MAX_COUNTER) return value;
  throw new RowProblem(
    "number",
    `${name}: expected a number that is not negative, got ${quote(cells, index)}`,
    cells.offset(index),
  );
}

function readWord(cells: Cells, index: number): string {
  if (cells.ends[index]! - cells.starts[index]! <= MAX_TEXT) return cells.text(index);
  throw new RowProblem("text", `a name has more than ${MAX_TEXT} characters`, cells.offset(index));
}

const quote = (cells: Cells, index: number): string =>
  shown(cells.buffer, cells.starts[index]!, cells.ends[index]!);
