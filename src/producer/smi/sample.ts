import type { Cells } from "../replay/cells.ts";
import type { Header } from "../replay/header.ts";
import { columnOf } from "../replay/header.ts";
import { readCount, readNumber } from "../replay/numbers.ts";
import { RowProblem, shown } from "../replay/row-problem.ts";
import type { ColumnPlan, NumberField, TextField } from "./columns.ts";
import { planNumbers, textColumns } from "./columns.ts";

/** What one row of nvidia-smi says, in base units; what it does not say is absent. */
export type SmiReading = {
  readonly index: number | undefined;
  readonly numbers: Readonly<Partial<Record<NumberField, number>>>;
  readonly texts: Readonly<Partial<Record<TextField, string>>>;
};

/** The same at a moment, ms since the epoch. */
export type SmiSample = SmiReading & { readonly tsMs: number };

/** A sample after this many usual intervals starts anew: the GPU may have been somebody else's in between. */
export const GAP_INTERVALS = 5;

/** What a row says about which GPU it belongs to; a log of one GPU need not say anything. */
export function gpuIdentity({ texts, index }: SmiReading, host: string): string {
  const { uuid, serial, busId } = texts;
  return uuid ?? `${host}/${serial ?? busId ?? index ?? 0}`;
}

/** Without these the event would say something that was not measured, so a value out of range is an error in the row. */
const NEEDED = new Set<NumberField>(["utilization", "memUsedBytes", "memTotalBytes", "powerW"]);
const MAX_INDEX = 4096;
const MAX_TEXT = 256;

/** Reads rows under this header. Throws a RowProblem at a value that cannot be what its column says. */
export function smiDecoder(header: Header): (cells: Cells) => SmiReading {
  const plans = planNumbers(header);
  const texts = (Object.keys(textColumns) as TextField[])
    .map((field) => ({ field, index: columnOf(header, ...textColumns[field]) }))
    .filter(({ index }) => index !== -1);
  const indexColumn = columnOf(header, "index", "gpu_index");
  return (cells) => {
    const numbers: Partial<Record<NumberField, number>> = {};
    for (const plan of plans) {
      const value = readPlanned(cells, plan);
      if (value !== undefined) numbers[plan.field] = value;
    }
    const words: Partial<Record<TextField, string>> = {};
    for (const { field, index } of texts) {
      const word = isAbsent(cells, index) ? "" : cells.text(index);
      if (word.length > MAX_TEXT)
        throw new RowProblem(
          "text",
          `${textColumns[field][0]} has more than ${MAX_TEXT} characters`,
          cells.offset(index),
        );
      if (word !== "") words[field] = word;
    }
    return { index: readIndex(cells, indexColumn), numbers, texts: words };
  };
}

/** What the words for absence begin with: a dash, E, N or U. */
const isAbsenceLetter: readonly boolean[] = Array.from({ length: 256 }, (_, byte) =>
  "-eEnNuU".includes(String.fromCharCode(byte)),
);

/** `[N/A]`, `[Not Supported]`, `N/A`, `ERR!` and the like: the driver has no answer. */
function isAbsent(cells: Cells, index: number): boolean {
  const start = cells.starts[index]!;
  const end = cells.ends[index]!;
  const byte = cells.buffer[start]!;
  if (end === start || byte === 91) return true;
  if (!isAbsenceLetter[byte]) return false;
  const text = cells.text(index).toLowerCase();
  return (
    text === "n/a" || text === "err!" || text === "-" || text === "unknown error" || text === "not supported"
  );
}

function readPlanned(cells: Cells, plan: ColumnPlan): number | undefined {
  if (isAbsent(cells, plan.index)) return undefined;
  const { buffer } = cells;
  const start = cells.starts[plan.index]!;
  const end = cells.ends[plan.index]!;
  let unitStart = start;
  while (unitStart < end && isNumeric(buffer[unitStart]!)) unitStart++;
  let at = unitStart;
  while (at < end && buffer[at] === 32) at++;
  let unit = 0;
  for (; at < end; at++) unit = unit * 256 + buffer[at]!;
  const scale = plan.scales.get(unit);
  const written = readNumber(buffer, start, unitStart);
  const value =
    scale === undefined ? Number.NaN : scale.over ? written / scale.over : written * (scale.times ?? 1);
  const min = plan.field === "tempC" || plan.field === "memTempC" ? -50 : 0;
  if (value >= min && value <= plan.max) return value;
  if (!Number.isNaN(value) && !NEEDED.has(plan.field)) return undefined;
  throw new RowProblem(
    "number",
    `${plan.name}: ${expected(plan)}, got ${shown(buffer, start, end)}`,
    cells.offset(plan.index),
  );
}

/** Digits, dot and minus. */
const isNumeric = (byte: number): boolean => (byte >= 48 && byte <= 57) || byte === 46 || byte === 45;

const expected = (plan: ColumnPlan): string =>
  plan.field === "utilization"
    ? "expected 0 to 100 %"
    : "expected a number that is not negative, with the column's unit";

function readIndex(cells: Cells, column: number): number | undefined {
  if (column === -1 || isAbsent(cells, column)) return undefined;
  const start = cells.starts[column]!;
  const end = cells.ends[column]!;
  const index = readCount(cells.buffer, start, end);
  if (index >= 0 && index <= MAX_INDEX) return index;
  throw new RowProblem(
    "number",
    `index: expected a whole number from 0 to ${MAX_INDEX}, got ${shown(cells.buffer, start, end)}`,
    cells.offset(column),
  );
}
