import { openBytes } from "./bytes.ts";
import { Cells } from "./cells.ts";
import type { Header } from "./header.ts";
import { LineReader } from "./lines.ts";
import type { RowPolicy } from "./row-problem.ts";
import { inputError, RowProblem } from "./row-problem.ts";
import type { Cursor, TraceFile } from "./trace.ts";

/** Turns the cells of a row into what it means; undefined passes over the row, a RowProblem says what is wrong. */
export type DecodeCells<T> = (cells: Cells) => T | undefined;

/** Reads the rows of a CSV file one by one. Blank lines and repeated headers (of appended logs) are no rows. */
export class CsvCursor<T> implements Cursor<T> {
  readonly #cells = new Cells();
  readonly #source;
  readonly #lines: LineReader;
  readonly #headerFirstByte: number;

  constructor(
    file: TraceFile,
    private readonly header: Header,
    private readonly policy: RowPolicy,
    private readonly decode: DecodeCells<T>,
    onChunk?: (bytes: Uint8Array) => void,
  ) {
    this.#source = openBytes(file.path, file.sizeBytes);
    this.#lines = new LineReader(this.#source, onChunk);
    this.#headerFirstByte = header.line === undefined ? -1 : header.line.trimStart().charCodeAt(0);
  }

  get line(): number {
    return this.#lines.line;
  }

  next(): T | undefined {
    const lines = this.#lines;
    while (lines.next()) {
      try {
        lines.check();
        if (lines.start === lines.end || this.#isHeader()) continue;
        this.#cells.split(lines.buffer, lines.start, lines.end);
        if (this.#cells.count !== this.header.names.length) {
          if (this.#isBlank()) continue;
          this.#cells.expect(this.header.names.length);
        }
        const row = this.decode(this.#cells);
        if (row !== undefined) return row;
      } catch (problem) {
        if (!(problem instanceof RowProblem)) throw problem;
        this.policy.meet(problem, lines.line, !lines.isTerminated);
      }
    }
    return undefined;
  }

  close(): void {
    this.#source.close();
  }

  #isHeader(): boolean {
    const { buffer, start, end } = this.#lines;
    if (buffer[start] !== this.#headerFirstByte) return false;
    return new TextDecoder().decode(buffer.subarray(start, end)).trim() === this.header.line?.trim();
  }

  #isBlank(): boolean {
    return this.#cells.count === 1 && this.#cells.starts[0] === this.#cells.ends[0];
  }
}

/** Throws when a column that the format cannot do without is not there. */
export function requireColumns(
  file: TraceFile,
  header: Header,
  needed: readonly string[],
  hint: string,
): void {
  const missing = needed.filter((name) => !header.names.includes(name.toLowerCase()));
  if (missing.length === 0) return;
  const what = missing.length === 1 ? `the column ${missing[0]} is` : `the columns ${missing.join(", ")} are`;
  throw inputError(
    file.label,
    `${what} missing; the columns are ${header.names.join(", ")}`,
    { line: 1 },
    hint,
  );
}
