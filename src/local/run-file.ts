import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Ca3Error } from "../support/errors.ts";

/** What a later start needs to go on with the same events under the same ids. */
export type Run = {
  readonly id: string;
  /** Wall-clock time that shifted traces are laid on, ms since the epoch. */
  readonly startMs: number;
};

type RunFile = { readonly version: 1; readonly runs: Readonly<Record<string, Run>> };

/**
 * The run for these source options in this folder: the one begun before, or a new one that starts now. The
 * fingerprint covers every option that changes events, so other options begin another run beside it.
 */
export function resumeOrBegin(
  path: string,
  fingerprint: string,
  nowMs: number,
): { run: Run; resumed: boolean } {
  const file = read(path);
  const known = file.runs[fingerprint];
  if (known) return { run: known, resumed: true };
  const run: Run = { id: randomUUID(), startMs: nowMs };
  write(path, { version: 1, runs: { ...file.runs, [fingerprint]: run } });
  return { run, resumed: false };
}

function read(path: string): RunFile {
  if (!existsSync(path)) return { version: 1, runs: {} };
  try {
    const parsed = JSON.parse(readFileSync(path, "utf8")) as RunFile;
    if (parsed.version !== 1 || typeof parsed.runs !== "object") throw new Error("unknown layout");
    return parsed;
  } catch (cause) {
    throw new Ca3Error("CA3_DATA_CORRUPT", `${path} cannot be read: ${(cause as Error).message}`, {
      hint: "ca3 up --fresh",
      cause,
    });
  }
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
function write(path: string, file: RunFile): void {
  const beside = `${path}.tmp`;
  try {
    writeFileSync(beside, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
    renameSync(beside, path);
  } catch (cause) {
    throw new Ca3Error("CA3_FILE", `cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
