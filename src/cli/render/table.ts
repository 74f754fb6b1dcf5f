import { printable } from "../../support/format.ts";
import { styleFor } from "./style.ts";

export type Column = {
  readonly title: string;
  /** Numbers go to the right, so that their digits stand under each other. */
  readonly align?: "left" | "right";
};

export type TableOptions = {
  readonly color: boolean;
  /** A last row that stands apart, such as the totals. */
  readonly footer?: readonly string[];
  /** The widest left-aligned column is cut with `…` so that no line is longer than this. */
  readonly maxWidth?: number;
};

const GAP = "  ";

/**
 * An aligned plain table without boxes, for people and for `cut`, `awk` and `sort`. Control characters in cells, which
 * may come from events, are made visible. The header line is absent when every title is empty.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const style = styleFor(options.color);
  const clean = (row: readonly string[]) => columns.map((_, i) => printable(row[i] ?? ""));
  const titles = clean(columns.map((column) => column.title));
  const body = rows.map(clean);
  const footer = options.footer === undefined ? [] : [clean(options.footer)];
  const header = titles.every((title) => title === "") ? [] : [titles];
  const widths = fit(columns, [...header, ...body, ...footer], options.maxWidth);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => place(cell, widths[i]!, columns[i]!.align))
      .join(GAP)
      .trimEnd();
  return [
    ...header.map((cells) => style.dim(line(cells))),
    ...body.map(line),
    ...footer.map((cells) => style.bold(line(cells))),
  ].join("\n");
}

function fit(
  columns: readonly Column[],
  lines: readonly (readonly string[])[],
  maxWidth = Infinity,
): number[] {
  const widths = columns.map((_, i) => Math.max(0, ...lines.map((cells) => Bun.stringWidth(cells[i]!))));
  const excess = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - maxWidth;
  if (excess <= 0) return widths;
  const soft = columns.flatMap((column, i) => (column.align === "right" ? [] : [i]));
  const widest = soft.sort((a, b) => widths[b]! - widths[a]!)[0];
  if (widest !== undefined) widths[widest] = Math.max(8, widths[widest]! - excess);
  return widths;
}

function place(cell: string, width: number, align: Column["align"]): string {
  const text = cut(cell, width);
  const pad = " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
  return align === "right" ? pad + text : text + pad;
}

/** At most `width` columns of the terminal, with `…` where something was left out. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = "";
  for (const letter of text) {
    if (Bun.stringWidth(kept + letter) > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}
