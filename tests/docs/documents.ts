import { Glob } from "bun";

/** The documents people read, generated pages included. */
export const documents: readonly string[] = ["*.md", "docs/**/*.md"]
  .flatMap((pattern) => [...new Glob(pattern).scanSync(".")])
  .sort();
