import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { Ca3Error } from "../support/errors.ts";

/** One end of the terminal, or of the pipe or file that stands in for it. */
export type Stream = {
  /** Returns when the text or the bytes are handed over, so that nothing is lost when the process exits. */
  write(text: string | Uint8Array): void;
  readonly isTerminal: boolean;
  /** Width in columns; 80 where there is no terminal. */
  columns(): number;
};

type Writer = (bytes: Uint8Array) => number;

/**
 * stdout (1) or stderr (2). A reader that went away (EPIPE) is not an error: `onClosed` is called once and the rest is
 * dropped. Any other failure of stdout throws CA3_FILE; stderr has nobody to tell.
 */
export function fdStream(
  fd: 1 | 2,
  onClosed: () => void,
  write: Writer = (bytes) => writeSync(fd, bytes),
): Stream {
  let open = true;
  return {
    write(text) {
      if (!open) return;
      try {
        writeAll(typeof text === "string" ? Buffer.from(text) : text, write);
      } catch (error) {
        open = false;
        const { code } = error as NodeJS.ErrnoException;
        if (fd === 2) return;
        if (code === "EPIPE") return onClosed();
        throw new Ca3Error("CA3_FILE", `cannot write the result to stdout: ${code ?? error}`, {
          cause: error,
        });
      }
    },
    isTerminal: isatty(fd),
    columns: () => {
      const stream = fd === 1 ? process.stdout : process.stderr;
      return (isatty(fd) && stream.columns) || 80;
    },
  };
}

/** A pipe may take a part, or nothing for a moment (EAGAIN) when its other end made it non-blocking. */
function writeAll(bytes: Uint8Array, write: Writer): void {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += write(bytes.subarray(done));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Bun.sleepSync(2);
    }
  }
}
