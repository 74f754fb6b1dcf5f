import { Cells } from "../replay/cells.ts";
import { columnOf, headerOf } from "../replay/header.ts";
import { RowProblem } from "../replay/row-problem.ts";
import { TimestampReader } from "../replay/timestamp.ts";
import { openZone } from "../replay/zone.ts";
import type { SmiReading } from "./sample.ts";
import { smiDecoder } from "./sample.ts";

/** One line of a running nvidia-smi. */
export type SmiLine =
  /** Not a row: a message for people. */
  | { readonly kind: "talk" }
  /** A row with a value that cannot be. */
  | { readonly kind: "broken"; readonly problem: string }
  | {
      readonly kind: "row";
      readonly reading: SmiReading;
      /** What the row says when it was printed, read as UTC; undefined when it says no time. */
      readonly printedMs: number | undefined;
      /** What it says in place of values, such as `GPU is lost`; that a card has no such value is nothing of note. */
      readonly said: readonly string[];
    };

const ordinary = new Set(["n/a", "not supported"]);

/** Reads lines of `--format=csv,noheader,nounits` under these columns. The function never throws. */
export function smiLineReader(query: readonly string[]): (line: string) => SmiLine {
  const header = headerOf(query);
  const decode = smiDecoder(header);
  const times = new TimestampReader(openZone("UTC"));
  const timeColumn = columnOf(header, "timestamp");
  const cells = new Cells();
  const encoder = new TextEncoder();
  return (line) => {
    const bytes = encoder.encode(line);
    cells.split(bytes, 0, bytes.length);
    if (cells.count !== query.length) return { kind: "talk" };
    try {
      const reading = decode(cells);
      const at =
        timeColumn === -1
          ? Number.NaN
          : times.read(bytes, cells.starts[timeColumn]!, cells.ends[timeColumn]!);
      const said = [...line.matchAll(/\[([^[\]]+)\]/g)].map(([, words]) => words!.trim());
      const printedMs = Number.isNaN(at) ? undefined : at;
      return {
        kind: "row",
        reading,
        printedMs,
        said: said.filter((words) => !ordinary.has(words.toLowerCase())),
      };
    } catch (problem) {
      if (!(problem instanceof RowProblem)) throw problem;
      return { kind: "broken", problem: problem.message };
    }
  };
}
