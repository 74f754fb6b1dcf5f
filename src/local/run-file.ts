import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Ca3Error } from "../support/errors.ts";

/** What a later start needs to go on with the same events under the same ids. */
export type Run = {
  readonly id: string;
  /** Wall-clock time that shifted traces are laid on, ms since the epoch. */
  readonly startMs: number;
  /** When it was last known to run, ms since the epoch. */
  readonly seenMs: number;
};

type RunFile = { readonly version: 1; readonly runs: Readonly<Record<string, Run>> };

/**
 * An endless run that paused goes on as if it had not, by sending what fell due in between. After a longer pause than
 * this it begins anew at the present instead.
 */
export const MAX_CATCH_UP_MS = 3_600_000;

export type RunWish = {
  /** Covers every option that changes events; other options begin another run beside it. */
  readonly fingerprint: string;
  /** The run ends by itself, so there is always something to finish; or it reads the world, so it can always go on. */
  readonly bounded: boolean;
  readonly nowMs: number;
};

/** The run begun before with the same options in this folder, or a new one that starts now. */
export function resumeOrBegin(path: string, wish: RunWish): { readonly run: Run; readonly resumed: boolean } {
  const { fingerprint, bounded, nowMs } = wish;
  const file = read(path);
  const known = file.runs[fingerprint];
  const resumed = known !== undefined && (bounded || nowMs - known.seenMs <= MAX_CATCH_UP_MS);
  const run = resumed ? { ...known, seenMs: nowMs } : { id: randomUUID(), startMs: nowMs, seenMs: nowMs };
  write(path, { version: 1, runs: { ...file.runs, [fingerprint]: run } });
  return { run, resumed };
}

/** Notes that the run is alive. */
export function touchRun(path: string, fingerprint: string, nowMs: number): void {
  const file = read(path);
  const run = file.runs[fingerprint];
  if (run) write(path, { version: 1, runs: { ...file.runs, [fingerprint]: { ...run, seenMs: nowMs } } });
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
