import type { Clock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import { createLineBuffer, type Line } from "./line-buffer.ts";
import { type FileIdentity, findAgain, identityOf, type OpenFile, openToRead } from "./open-file.ts";

/** How far a log was read. */
export type LogPosition = { readonly file: FileIdentity; readonly offset: number };

export type LogBatch = {
  /** Empty when something else is to be told. */
  readonly lines: readonly (Line | "too long")[];
  /** Tells the files apart that had this path. */
  readonly file: string;
  /** After the lines. */
  readonly position: LogPosition;
};

export type TailOptions = {
  readonly path: string;
  /** Wait for more at the end, and for the next file when this one is replaced. */
  readonly follow: boolean;
  readonly resume: LogPosition | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly maxLineBytes: number;
  /** Why the file cannot be read now, or nothing when it can. */
  readonly onState: (problem: string | undefined) => void;
  /** The file became shorter than what was read of it, so it is read from its beginning. */
  readonly onTruncated: () => void;
};

const CHUNK_BYTES = 256 * 1024;
const LOOK_EVERY_MS = 250;

/**
 * The lines of a log, in batches, and what to go on from. A log that is renamed and begun anew is read to its end first;
 * one that is cut off is read from its beginning. A last line without a line feed counts when nothing more can come.
 */
export async function* tail(options: TailOptions): AsyncGenerator<LogBatch> {
  const { path, clock, signal } = options;
  let found = options.resume && (await findAgain(path, options.resume.file));
  let offset = found ? options.resume!.offset : 0;
  try {
    while (!signal.aborted) {
      found ??= await tryToOpen(options);
      if (found === undefined) {
        await clock.sleep(LOOK_EVERY_MS, signal);
        continue;
      }
      const ended = yield* readFile(found, offset, options);
      if (ended === "all") return;
      await found.handle.close();
      found = undefined;
      offset = 0;
    }
  } finally {
    await found?.handle.close();
  }
}

/** The file, or nothing while it has to be waited for. Throws CA3_FILE when nobody waits. */
async function tryToOpen({ path, follow, onState }: TailOptions): Promise<OpenFile | undefined> {
  const failure = (why: string) =>
    new Ca3Error("CA3_FILE", `cannot read the log ${path}: ${why}`, { hint: `ls -l ${path}` });
  try {
    const file = await openToRead(path);
    if (file === undefined && !follow) throw failure("there is no such file");
    onState(file === undefined ? `there is no file ${path}` : undefined);
    return file;
  } catch (error) {
    if (!follow) throw error instanceof Ca3Error ? error : failure((error as Error).message);
    onState((error as Error).message);
    return undefined;
  }
}

/** Reads one file until there is nothing more to come; `next` when another one has its place. */
async function* readFile(
  file: OpenFile,
  from: number,
  options: TailOptions,
): AsyncGenerator<LogBatch, "all" | "next"> {
  const { path, follow, clock, signal, maxLineBytes } = options;
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let buffer = createLineBuffer(from, maxLineBytes);
  let at = from;
  let replaced = false;
  const batch = async (lines: LogBatch["lines"]): Promise<LogBatch> => {
    const identity = await identityOf(file, buffer.offset());
    return { lines, file: `${file.dev}-${file.ino}`, position: { file: identity, offset: buffer.offset() } };
  };
  while (!signal.aborted) {
    const { bytesRead } = await file.handle.read(chunk, 0, CHUNK_BYTES, at);
    if (bytesRead > 0) {
      at += bytesRead;
      const lines = buffer.add(chunk.subarray(0, bytesRead));
      if (lines.length > 0) yield await batch(lines);
      continue;
    }
    if ((await file.handle.stat()).size < at) {
      options.onTruncated();
      buffer = createLineBuffer(0, maxLineBytes);
      at = 0;
      continue;
    }
    if (!replaced && (await isReplaced(path, file))) {
      // until then more may have come: only what is read from now on shows that this was all
      replaced = true;
      continue;
    }
    if (!follow || replaced) {
      const rest = buffer.rest();
      if (rest.length > 0) yield await batch(rest);
      return replaced ? "next" : "all";
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return "all";
}

/**
 * Whether the path leads to another file by now that somebody has written to. While there is none, and while it is empty, the
 * old one may still be written to: who rotates a log creates the new one first, and then tells the writer.
 */
async function isReplaced(path: string, file: OpenFile): Promise<boolean> {
  const now = await openToRead(path).catch(() => undefined);
  if (now === undefined) return false;
  try {
    return (now.ino !== file.ino || now.dev !== file.dev) && (await now.handle.stat()).size > 0;
  } finally {
    await now.handle.close();
  }
}
