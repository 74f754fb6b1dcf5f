/** The column names of a CSV file. */
export type Header = {
  /** Lower case, without the unit. */
  readonly names: readonly string[];
  /** From `name [unit]`. */
  readonly units: readonly (string | undefined)[];
  /** The header line as it stands in the file; undefined when the names were given by hand. */
  readonly line: string | undefined;
};

export const delimiterNames = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" } as const;
export type Delimiter = keyof typeof delimiterNames;

export function parseHeader(line: string, delimiter: Delimiter = ","): Header {
  return { ...headerOf(line.split(delimiter)), line };
}

/** A header from names given by hand, such as those of `--query-gpu`. */
export function headerOf(cells: readonly string[]): Header {
  const parts = cells.map((cell) => /^\s*"?\s*(.*?)\s*(?:\[([^\]]*)\])?\s*"?\s*$/.exec(cell));
  return {
    names: parts.map((part) => (part?.[1] ?? "").toLowerCase().replace(/^vllm:/, "")),
    units: parts.map((part) => part?.[2]),
    line: undefined,
  };
}

/** Index of the first of the names that is there; -1 when none is. */
export function columnOf(header: Header, ...names: readonly string[]): number {
  for (const name of names) {
    const at = header.names.indexOf(name);
    if (at !== -1) return at;
  }
  return -1;
}
