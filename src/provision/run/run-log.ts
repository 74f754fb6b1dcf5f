import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { redacted } from "../../support/redact.ts";
import type { ProgressEvent, Report } from "./progress.ts";

/** Older ones are removed when a new one begins. */
const KEPT = 50;

export type RunLog = {
  /** Where it is, once something has been written. */
  path(): string | undefined;
  readonly report: Report;
  /** The last line: how the run ended. */
  end(result: Readonly<Record<string, unknown>>): void;
};

export type RunLogParts = {
  readonly folder: string;
  /** As it was typed. */
  readonly command: string;
  readonly cluster: string;
  readonly version: string;
  readonly now: () => number;
};

/**
 * What a run does, as one JSON object a line in a file that only this user can read, written as it happens and begun with
 * the first thing that does. Known forms of secrets are blotted out. Where no file can be written there is none: a log is
 * no reason not to work.
 */
export function openRunLog({ folder, command, cluster, version, now }: RunLogParts): RunLog {
  const verb = /^ca3 ([a-z-]+)/.exec(command)?.[1] ?? "run";
  const path = join(folder, `${new Date(now()).toISOString().replace(/[:.]/g, "-")}-${verb}.ndjson`);
  let state: "new" | "open" | "broken" = "new";
  const append = (event: ProgressEvent | Readonly<Record<string, unknown>>) => {
    const line = JSON.stringify({ time: new Date(now()).toISOString(), ...event });
    appendFileSync(path, `${redacted(line)}\n`, { mode: 0o600 });
  };
  const write = (event: Parameters<typeof append>[0]) => {
    if (state === "broken") return;
    try {
      if (state === "new") {
        makeRoom(folder);
        append({ type: "run.start", command, cluster, ca3: version });
        state = "open";
      }
      append(event);
    } catch {
      state = "broken";
    }
  };
  return {
    path: () => (state === "open" ? path : undefined),
    report: write,
    end: (result) => write({ type: "run.end", ...result }),
  };
}

function makeRoom(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const old = readdirSync(folder)
    .filter((file) => file.endsWith(".ndjson"))
    .sort();
  for (const file of old.slice(0, Math.max(0, old.length - KEPT + 1))) rmSync(join(folder, file));
}
