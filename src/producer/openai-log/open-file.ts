import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Which file a position belongs to, whatever it is called by now. */
export type FileIdentity = {
  readonly dev: number;
  readonly ino: number;
  /** Of its first bytes: numbers of deleted files are used again. */
  readonly head: string;
  readonly headBytes: number;
};

export type OpenFile = { readonly handle: FileHandle; readonly dev: number; readonly ino: number };

/** Enough to tell two logs apart, and in most logs within the first line. */
const HEAD_BYTES = 512;

/** Opens a file to read; undefined when there is none. Other failures reject. */
export async function openToRead(path: string): Promise<OpenFile | undefined> {
  try {
    const handle = await open(path, "r");
    const { dev, ino } = await handle.stat();
    return { handle, dev, ino };
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Who the file is, known by at most as many bytes as were read of it. */
export async function identityOf({ handle, dev, ino }: OpenFile, readBytes: number): Promise<FileIdentity> {
  const headBytes = Math.min(HEAD_BYTES, readBytes);
  return { dev, ino, headBytes, head: await headOf(handle, headBytes) };
}

const isSame = async (file: OpenFile, identity: FileIdentity): Promise<boolean> =>
  file.dev === identity.dev &&
  file.ino === identity.ino &&
  (await headOf(file.handle, identity.headBytes)) === identity.head;

/**
 * The file that a position belongs to: the one at the path, or one beside it that was renamed since. Undefined when it is
 * gone or was overwritten.
 */
export async function findAgain(path: string, identity: FileIdentity): Promise<OpenFile | undefined> {
  const names = await readdir(dirname(path)).catch(() => []);
  for (const candidate of [path, ...names.map((name) => join(dirname(path), name))]) {
    const seen = await stat(candidate).catch(() => undefined);
    if (seen === undefined || !seen.isFile() || seen.ino !== identity.ino || seen.dev !== identity.dev)
      continue;
    const file = await openToRead(candidate).catch(() => undefined);
    if (file === undefined) continue;
    if (await isSame(file, identity)) return file;
    await file.handle.close();
  }
  return undefined;
}

async function headOf(handle: FileHandle, bytes: number): Promise<string> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
  return createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("hex").slice(0, 16);
}
