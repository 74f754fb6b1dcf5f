import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { Ca3Error } from "../../support/errors.ts";

/** A file that is read by position. What is appended to it later is not seen. */
export interface ByteSource {
  readonly size: number;
  /** Fills `into` from `position`; fewer bytes than asked for only at the end. */
  read(into: Uint8Array, position: number): number;
  close(): void;
}

/**
 * Opens a regular file, up to a size that was seen before. CA3_FILE when that cannot be done, CA3_INPUT for what is no
 * regular file or has become smaller.
 */
export function openBytes(path: string, sizeBytes?: number): ByteSource {
  try {
    const info = statSync(path);
    if (!info.isFile())
      throw new Ca3Error(
        "CA3_INPUT",
        `${path}: is ${info.isDirectory() ? "a folder" : "not a regular file"}`,
        {
          hint: "a trace is read more than once: save it to a file and name that",
        },
      );
    if (sizeBytes !== undefined && info.size < sizeBytes)
      throw new Ca3Error("CA3_INPUT", `${path}: has become smaller since it was read first`, {
        hint: "run it again on a file that does not change",
      });
    const size = sizeBytes ?? info.size;
    return isInside(path) ? heldBytes(readFileSync(path)) : descriptorBytes(path, size);
  } catch (error) {
    throw error instanceof Ca3Error ? error : fileError(path, error);
  }
}

/** Assets of a compiled executable can be read whole, but have no file descriptor. */
const isInside = (path: string): boolean => path.startsWith("/$bunfs/") || path.includes(":/~BUN/");

function heldBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (into, position) => {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    close: () => {},
  };
}

function descriptorBytes(path: string, size: number): ByteSource {
  const fd = openSync(path, "r");
  let open = true;
  return {
    size,
    read: (into, position) => {
      try {
        let done = 0;
        while (done < into.length) {
          const count = readSync(fd, into, done, into.length - done, position + done);
          if (count === 0) break;
          done += count;
        }
        return done;
      } catch (error) {
        throw fileError(path, error);
      }
    },
    close: () => {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function fileError(path: string, cause: unknown): Ca3Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  const what =
    code === "ENOENT"
      ? "there is no such file"
      : code === "EACCES" || code === "EPERM"
        ? "it may not be read by this user"
        : `it cannot be read: ${message}`;
  const hint =
    code === "ENOENT"
      ? "check the path; `sample` names the trace that is built in"
      : "check the file and its permissions";
  return new Ca3Error("CA3_FILE", `${path}: ${what}`, { hint, cause });
}
