import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "./run-record.ts";

/** Keeps a run in a folder, in place of what it has kept there before. */
export function keepRun(folder: string, run: RunRecord): void {
  mkdirSync(folder, { recursive: true });
  const { day, seed } = run.facts;
  writeFileSync(join(folder, `${day}-${seed}.json`), `${JSON.stringify(run, null, 2)}\n`);
}

/** All runs that were kept there, by day and seed. */
export const keptRuns = (folder: string): readonly RunRecord[] =>
  readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as RunRecord);
