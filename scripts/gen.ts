/** Writes the reference pages under `docs/reference/` from the code they describe. */
import { referencePages } from "./gen/pages.ts";

for (const [path, text] of Object.entries(await referencePages())) {
  await Bun.write(path, text);
  process.stderr.write(`${path}\n`);
}
