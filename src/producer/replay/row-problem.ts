import { Ca3Error } from "../../support/errors.ts";

/** Why a row could not be read; also the label under which skipped rows are counted. */
const skipReasons = [
  "cell_count",
  "number",
  "timestamp",
  "text",
  "binary",
  "too_long",
  "order",
  "json",
  "event",
  "no_utilization",
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Thrown by the parsers of a row; the reader of the file knows where it is and what to do about it. */
export class RowProblem {
  constructor(
    readonly reason: SkipReason,
    readonly message: string,
    /** Bytes from the start of the line to what is wrong. */
    readonly at: number = 0,
  ) {}
}

/** The end of a message: what stood there, short enough to print, with what cannot be printed made visible. */
export function shown(bytes: Uint8Array, start: number, end: number): string {
  const text = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 60)));
  return JSON.stringify(end - start > 60 ? `${text}…` : text);
}

const REPAIR_HINT = "repair the line, or pass --lenient to skip and count such rows";

/** The error for a file, with line and column where they are known. */
export function inputError(
  file: string,
  message: string,
  where?: { line: number; column?: number },
  hint = REPAIR_HINT,
): Ca3Error {
  const place = where ? `:${where.line}${where.column === undefined ? "" : `:${where.column}`}` : "";
  return new Ca3Error("CA3_INPUT", `${file}${place}: ${message}`, { hint });
}

export type Skipped = { count: number; first: string };

/** Decides what happens to a row that cannot be read: an error, or one more on the count of its reason. */
export class RowPolicy {
  readonly skipped = new Map<SkipReason, Skipped>();
  constructor(
    readonly file: string,
    readonly lenient: boolean,
  ) {}

  meet(problem: RowProblem, line: number, isCutOff: boolean): void {
    const cut = isCutOff ? "; it is the last line and has no line end, so it may be cut off" : "";
    const error = inputError(this.file, `${problem.message}${cut}`, { line, column: problem.at + 1 });
    if (!this.lenient && problem.reason !== "no_utilization") throw error;
    const seen = this.skipped.get(problem.reason);
    if (seen) seen.count += 1;
    else this.skipped.set(problem.reason, { count: 1, first: error.message });
  }
}
