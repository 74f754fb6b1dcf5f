import { Ca3Error } from "../../../support/errors.ts";
import { type PipedProgram, startPipedProgram } from "../../../support/exec.ts";
import { broken, collector, type RemoteCommand, type RemoteResult, unfinished } from "../shell.ts";
import { SSH_FAILED } from "./failures.ts";

/**
 * Runs one command by `ssh`; `words` name the host. ssh ends with 255 when it fails itself, as a command may, too: whether
 * the connection is still there tells one from the other.
 */
export async function runThrough(
  words: readonly string[],
  node: string,
  isConnected: () => Promise<boolean>,
  { command, stdin, deadlineMs, doing, signal }: RemoteCommand,
): Promise<RemoteResult> {
  const program = startPipedProgram([...words, "--", command]);
  let why: "late" | "stopped" | undefined;
  const stop = (reason: typeof why) => {
    why ??= reason;
    program.kill();
  };
  const timer = setTimeout(() => stop("late"), deadlineMs);
  const onAbort = () => stop("stopped");
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const out = collector();
    const reading = (async () => {
      for await (const piece of program.output) out.add(piece);
    })();
    // a program that ends early leaves its input unread
    await give(program, stdin).catch(() => {});
    await reading;
    const { code } = await program.exited;
    if (why === "late") throw unfinished(node, doing, `no end after ${deadlineMs / 1000} s`);
    if (why === "stopped") throw new Ca3Error("CA3_INTERRUPTED", `${doing} on ${node} was stopped`);
    if (code === undefined || (code === SSH_FAILED && !(await isConnected()))) throw broken(node, doing);
    return { code, stdout: out.text(), stderr: program.stderr() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    program.kill();
  }
}

async function give(program: PipedProgram, input: RemoteCommand["stdin"]): Promise<void> {
  if (typeof input === "object" && "pieces" in input)
    // the program may take it later
    for await (const piece of input.pieces()) await program.write(piece.slice());
  else if (input !== undefined) await program.write(input);
  program.end();
}
