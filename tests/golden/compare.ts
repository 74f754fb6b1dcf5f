import { expect } from "bun:test";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Compares a text with the file that was looked at and kept. `UPDATE_GOLDEN=1 npm test` writes the files anew; look at
 * what `git diff` says then. A file that is missing is never made by itself.
 */
export async function expectGolden(name: string, text: string): Promise<void> {
  const path = join(import.meta.dir, name);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    await Bun.write(path, text);
    return;
  }
  const file = Bun.file(path);
  if (!(await file.exists())) throw new Error(`${path} is missing; UPDATE_GOLDEN=1 writes it`);
  expect(text).toBe(await file.text());
}
