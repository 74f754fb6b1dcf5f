import { styleFor } from "../render/style.ts";
import { definitions, wrap } from "./layout.ts";

/** How a help page is drawn. */
export type PageOptions = { readonly color: boolean; readonly columns: number };

export type Item = readonly [term: string, meaning: string];

/** A part of a page: items in two columns, or running text; a part without content is left out. */
export type Section = { readonly title: string; readonly items?: readonly Item[]; readonly text?: string };

/** Help is easiest to read in at most 80 columns, however wide the terminal is. */
const pageWidth = (columns: number): number => Math.max(40, Math.min(80, columns));

/** Joins an introduction and titled sections with an empty line between them. */
export function renderPage(
  intro: readonly string[],
  sections: readonly Section[],
  options: PageOptions,
): string {
  const style = styleFor(options.color);
  const width = pageWidth(options.columns);
  const blocks = [intro.flatMap((line) => wrap(line, width)).join("\n")];
  for (const { title, items, text } of sections) {
    const lines = [
      ...(items && items.length > 0 ? definitions(items, width, style.cyan) : []),
      ...(text ? wrap(text, width - 2).map((line) => (line === "" ? "" : `  ${line}`)) : []),
    ];
    if (lines.length > 0) blocks.push([style.bold(title), ...lines].join("\n"));
  }
  return blocks.filter((block) => block !== "").join("\n\n");
}
