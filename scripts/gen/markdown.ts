/** A generated page: says so, and how to make it again. */
export function page(title: string, ...parts: readonly string[]): string {
  const note = "<!-- Generated from the code by `npm run gen`; a test fails when it is out of date. -->";
  return `${[`# ${title}`, note, ...parts].join("\n\n")}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
