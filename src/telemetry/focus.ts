import type { RollupRow } from "../store/port.ts";
import { compareText } from "./cost/order.ts";
import { type CsvValue, csvText } from "./csv.ts";
import { type Charge, chargesOf, newCharge } from "./focus/charges.ts";
import { focusRow } from "./focus/line.ts";
import type { FocusRow } from "./focus/row.ts";

/**
 * Hourly charges as FOCUS 1.3 rows, per GPU, model, team and tenant; the hours of a GPU that nobody's tokens ran on are
 * rows of their own. They sum to the bill to the billionth of a dollar.
 *
 * Tokens are the unit wherever tokens ran; the unit price is what they cost in that hour. Where no token can be charged,
 * GPU-Hours are. A split GPU is an allocated charge: the GPU is the resource, and model, team and tenant are what it is
 * allocated to.
 *
 * @param rows all rows of the window, see `buildReport`
 */
export function focusRows(rows: readonly RollupRow[]): FocusRow[] {
  return chargesOf(rows).sort(inOrder).map(focusRow);
}

/** FOCUS rows as CSV with a header. */
export function focusCsv(rows: readonly RollupRow[]): string {
  const lines = focusRows(rows);
  const header = Object.keys(lines[0] ?? focusRow(newCharge(undefined, 0, "")));
  return csvText(
    header,
    lines.map((line) => Object.values(line) as CsvValue[]),
  );
}

const inOrder = (a: Charge, b: Charge): number =>
  a.hourMs - b.hourMs ||
  compareText(a.gpuHour?.gpu ?? "", b.gpuHour?.gpu ?? "") ||
  compareText(a.gpuHour?.host ?? "", b.gpuHour?.host ?? "") ||
  compareText(JSON.stringify([a.model, a.team, a.tenant]), JSON.stringify([b.model, b.team, b.tenant]));
