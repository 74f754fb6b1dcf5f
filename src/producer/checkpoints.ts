import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Ca3Error } from "../support/errors.ts";

/**
 * Where a run remembers how far each source is acknowledged. Losing a checkpoint is harmless: its source starts from
 * the beginning, with the same event ids.
 */
export interface CheckpointStore {
  get(source: string): string | undefined;
  /** Durable when it returns. */
  put(source: string, checkpoint: string): void;
}

/** For runs that need not survive a restart. */
export function memoryCheckpoints(): CheckpointStore {
  const kept = new Map<string, string>();
  return {
    get: (source) => kept.get(source),
    put: (source, checkpoint) => void kept.set(source, checkpoint),
  };
}

/** One small file per source in a folder, written beside and renamed, so that a crash leaves the old or the new one. */
export function fileCheckpoints(folder: string): CheckpointStore {
  const pathOf = (source: string) => join(folder, `${fileName(source)}.json`);
  return {
    get: (source) => {
      try {
        const kept = JSON.parse(readFileSync(pathOf(source), "utf8")) as {
          source?: unknown;
          checkpoint?: unknown;
        };
        return kept.source === source && typeof kept.checkpoint === "string" ? kept.checkpoint : undefined;
      } catch {
        return undefined;
      }
    },
    put: (source, checkpoint) => {
      const path = pathOf(source);
      try {
        mkdirSync(folder, { recursive: true });
        writeDurably(`${path}.tmp`, `${JSON.stringify({ version: 1, source, checkpoint })}\n`);
        renameSync(`${path}.tmp`, path);
      } catch (cause) {
        throw new Ca3Error("CA3_FILE", `cannot keep the checkpoint ${path}: ${(cause as Error).message}`, {
          hint: `df -h ${folder}`,
          cause,
        });
      }
    },
  };
}

/** Readable for people, distinct for every source, safe on every file system. */
function fileName(source: string): string {
  const readable = source.replace(/[^A-Za-z0-9-]+/g, "_").slice(0, 60);
  return `${readable}-${createHash("sha256").update(source).digest("hex").slice(0, 8)}`;
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "w", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
