import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for one test that goes when the test ends. */
export function temporaryFolder(
  name: string,
): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), `ca3-${name}-`));
  return {
    path,
    file: (child) => join(path, child),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
