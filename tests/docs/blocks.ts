import { documents } from "./documents.ts";

/** A block of commands in a document, to be run from top to bottom in one folder. */
export type Block = { readonly where: string; readonly commands: readonly string[] };

/** Every `sh` block of the documents people read. A backslash at the end of a line joins it with the next. */
export async function commandBlocks(): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const file of documents.filter((one) => !one.includes("reference/"))) {
    const text = await Bun.file(file).text();
    for (const found of text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)) {
      const line = text.slice(0, found.index).split("\n").length;
      const commands = found[1]!
        .replaceAll("\\\n", " ")
        .split("\n")
        .map((command) => command.replace(/\s+#.*$/, "").trim())
        .filter((command) => command !== "" && !command.startsWith("#"));
      blocks.push({ where: `${file}:${line}`, commands });
    }
  }
  return blocks;
}
