import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where what is made once is kept, outside the clone. */
export const cacheRoot = (): string => process.env.CA3_TEST_CACHE ?? join(homedir(), ".cache", "ca3-test");

/**
 * A folder that is made once and kept outside the clone. `make` fills a folder beside it, which takes the name only
 * when it is complete, so an interrupted set-up leaves nothing half-made.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot(), name);
  if (existsSync(folder)) return folder;
  const beside = `${folder}.${process.pid}`;
  mkdirSync(beside, { recursive: true });
  try {
    await make(beside);
    if (!existsSync(folder)) renameSync(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  return folder;
}

/** Runs a command to its end; its output is part of the error when it fails. */
export async function command(words: readonly string[], cwd?: string): Promise<string> {
  const child = Bun.spawn([...words], { ...(cwd ? { cwd } : {}), stdio: ["ignore", "pipe", "pipe"] });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${words.join(" ")}\n${out}\n${err}`.slice(-3000));
  return out;
}
