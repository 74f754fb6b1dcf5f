import { Ca3Error } from "../support/errors.ts";

/** One line typed by a person; `undefined` when the input ended instead. Throws CA3_INTERRUPTED on Ctrl-C. */
export type ReadLine = (question: string, interrupted: AbortSignal) => Promise<string | undefined>;

/** Asks on stderr, since stdout may be a pipe. The line discipline of the terminal does the editing. */
export const readLineFromTerminal: ReadLine = async (question, interrupted) => {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await new Promise((resolve, reject) => {
      const stop = () => reject(new Ca3Error("CA3_INTERRUPTED", "stopped before an answer was given"));
      if (interrupted.aborted) return stop();
      interrupted.addEventListener("abort", stop, { once: true });
      lines.once("close", () => resolve(undefined));
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
    process.stdin.unref?.();
  }
};
