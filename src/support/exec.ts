import { closeSync } from "node:fs";
import { type Exit, exitOf, GUARD_SCRIPT, GUARD_SCRIPT_WITH_INPUT } from "./exec-guard.ts";
import { lines } from "./lines.ts";

export type ProgramOptions = {
  /** Set besides the variables of this process, which the program inherits. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Kills the program. */
  readonly signal?: AbortSignal;
};

/** A program that runs beside this process. */
export type Program = {
  /** What it prints on stdout, line by line. Read it: a program that nobody listens to waits. Can be read once. */
  readonly lines: AsyncIterable<string>;
  /** Resolves when it has ended or was killed. */
  readonly exited: Promise<Exit>;
  /** The end of what it printed on stderr so far. */
  stderr(): string;
  /** Ends it and all it started at once; `lines` then ends, too. Idempotent. */
  kill(): void;
};

export type Finished = Exit & {
  readonly stdout: string;
  readonly stderr: string;
  /** It was killed because it ran past its time. */
  readonly timedOut: boolean;
  /** It was killed because it printed more than was asked for. */
  readonly tooMuch: boolean;
};

/** Enough of stderr for any message a person has to see. */
const STDERR_CHARACTERS = 8 * 1024;

/**
 * Starts a program from a list of words, which no shell reads. It gets no input and no terminal, and it does not
 * outlive this process, however that ends: a small shell waits beside it on a pipe that only this process holds open,
 * and kills the program's whole group when the pipe closes. Where there is no /bin/sh it runs without that guard.
 *
 * Throws what the system says (ENOENT, EACCES) when it cannot be started at all.
 */
export function startProgram(words: readonly string[], options: ProgramOptions = {}): Program {
  const child = spawnGuarded(words, options);
  const [out, err] = [child.stdout.getReader(), child.stderr.getReader()];
  const ended = Promise.withResolvers<void>();
  let errors = "";
  const readErrors = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of chunksOf(err))
      errors = (errors + decoder.decode(chunk, { stream: true })).slice(-STDERR_CHARACTERS);
  })().catch(() => {});
  const hangUp = () => {
    for (const reader of [out, err]) reader.cancel().catch(() => {});
  };
  const killGroup = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  };
  let killed = false;
  const kill = () => {
    if (killed) return;
    killed = true;
    killGroup();
    // A process that cannot die, because the kernel waits for its device, still holds the pipes.
    hangUp();
  };
  const { signal } = options;
  if (signal?.aborted) kill();
  else signal?.addEventListener("abort", kill, { once: true });
  const exited = child.exited.then(async (code) => {
    signal?.removeEventListener("abort", kill);
    // What it started may have outlived it and hold its pipes open.
    killGroup();
    const tooLate = setTimeout(hangUp, PIPES_CLOSE_WITHIN_MS);
    void Promise.all([ended.promise, readErrors]).then(() => clearTimeout(tooLate));
    await readErrors;
    return exitOf(code, child.signalCode === null ? undefined : `${child.signalCode}`);
  });
  return { lines: lines(chunksOf(out, ended.resolve)), exited, stderr: () => errors, kill };
}

/** How long a program that has ended may leave its output open in the hands of what it started. */
const PIPES_CLOSE_WITHIN_MS = 1_000;

async function* chunksOf(
  reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> },
  onEnd: () => void = () => {},
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read();
    if (value !== undefined) yield value;
    if (done) return onEnd();
  }
}

/** Runs a program to its end and keeps what it prints. Rejects only when it cannot be started. */
export async function runProgramToEnd(
  words: readonly string[],
  options: ProgramOptions & { readonly timeoutMs: number; readonly maxCharacters?: number },
): Promise<Finished> {
  const { timeoutMs, maxCharacters = 1024 * 1024 } = options;
  const program = startProgram(words, options);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    program.kill();
  }, timeoutMs);
  let stdout = "";
  let tooMuch = false;
  try {
    for await (const line of program.lines) {
      tooMuch ||= stdout.length + line.length > maxCharacters;
      if (tooMuch) program.kill();
      else stdout += `${line}\n`;
    }
    const exit = await program.exited;
    return { ...exit, stdout, stderr: program.stderr(), timedOut, tooMuch };
  } finally {
    clearTimeout(timer);
  }
}

/** A program that is given input and whose output is bytes, such as one end of a tunnel. */
export type PipedProgram = {
  /** Resolves when the program has taken it. Rejects when it takes no more. */
  write(piece: Uint8Array | string): Promise<void>;
  /** No more input. Idempotent. */
  end(): void;
  /** What it prints on stdout. Read it: a program that nobody listens to waits. Can be read once. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly exited: Promise<Exit>;
  /** The end of what it printed on stderr so far; all of it once `exited` has resolved. */
  stderr(): string;
  /** Ends it and all it started at once. Idempotent. */
  kill(): void;
};

/** Starts a program as `startProgram` does, with a way to its stdin. Needs /bin/sh. */
export function startPipedProgram(words: readonly string[]): PipedProgram {
  const child = Bun.spawn(["/bin/sh", "-c", GUARD_SCRIPT_WITH_INPUT, "ca3", ...words], {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const lifeline = (child.stdio as unknown as readonly number[])[3]!;
  let errors = "";
  const readErrors = (async () => {
    const decoder = new TextDecoder();
    for await (const piece of child.stderr)
      errors = (errors + decoder.decode(piece, { stream: true })).slice(-STDERR_CHARACTERS);
  })().catch(() => {});
  const kill = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  };
  return {
    write: async (piece) => {
      if (child.exitCode !== null) throw new Error("the program has ended");
      child.stdin.write(piece);
      await child.stdin.flush();
    },
    end: () => void child.stdin.end(),
    output: child.stdout,
    exited: child.exited.then(async (code) => {
      closeSync(lifeline);
      await Promise.race([readErrors, Bun.sleep(PIPES_CLOSE_WITHIN_MS)]);
      return exitOf(code, child.signalCode === null ? undefined : `${child.signalCode}`);
    }),
    stderr: () => errors,
    kill,
  };
}

function spawnGuarded(words: readonly string[], { env = {}, cwd }: ProgramOptions) {
  const options = {
    ...(cwd === undefined ? {} : { cwd }),
    ...({ stdin: "pipe", stdout: "pipe", stderr: "pipe" } as const),
    // A group of its own, so that all of it can be killed and Ctrl-C reaches this process first.
    detached: true,
  };
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const all = assignments.length === 0 ? words : ["env", ...assignments, ...words];
  try {
    return Bun.spawn(["/bin/sh", "-c", GUARD_SCRIPT, "ca3", ...all], options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return Bun.spawn([...words], options);
  }
}

/**
 * Runs a program that has the terminal of this process as its own, such as an editor or a shell, and answers with its exit
 * code. `signal` ends it.
 */
export async function runOnThisTerminal(words: readonly string[], signal: AbortSignal): Promise<number> {
  const child = Bun.spawn([...words], { stdio: ["inherit", "inherit", "inherit"], signal });
  return await child.exited;
}
