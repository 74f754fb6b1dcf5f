import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "../services/cache.ts";

export type SmallDisk = AsyncDisposable & {
  /** An empty folder on it. */
  readonly folder: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
};

const PIECE = Buffer.alloc(64 * 1024);

/** A disk of its own in memory. Rejects where this user may not mount one. */
export async function smallDisk(mebibytes: number): Promise<SmallDisk> {
  const at = mkdtempSync(join(tmpdir(), "ca3-small-disk-"));
  try {
    await command(["mount", "-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", at]);
  } catch (error) {
    rmSync(at, { recursive: true });
    throw error;
  }
  const folder = join(at, "data");
  const filler = join(at, "filler");
  mkdirSync(folder);
  return {
    folder,
    fill() {
      try {
        for (;;) writeFileSync(filler, PIECE, { flag: "a" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    },
    free: () => rmSync(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      await command(["umount", "--lazy", at]);
      rmSync(at, { recursive: true, force: true });
    },
  };
}
