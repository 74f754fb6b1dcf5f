import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Catalogue } from "../../src/cli/catalogue.ts";
import type { Io } from "../../src/cli/io.ts";
import { runCli } from "../../src/cli/run.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type CliOptions = {
  env?: Environment;
  cwd?: string;
  interactive?: boolean;
  /** What the person types, question by question. */
  answers?: readonly (string | (() => Promise<string>))[];
  color?: boolean;
  columns?: number;
  interrupted?: AbortSignal;
  catalogue?: Catalogue;
  /** Is given each line of progress as it is shown. */
  onStatus?: (text: string) => void;
};

export type CliResult = {
  code: number;
  out: string;
  /** What was written with `io.bytes`; absent when nothing was. */
  bytes?: Uint8Array;
  notes: string;
  statuses: string[];
};

/** Runs one command line in this process with an Io that records. A string is split at spaces. */
export async function ca3(line: string | readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const out: string[] = [];
  const bytes: Uint8Array[] = [];
  const notes: string[] = [];
  const statuses: string[] = [];
  const answers = [...(options.answers ?? [])];
  const answer = async (question: string): Promise<string> => {
    notes.push(question);
    const typed = answers.shift();
    if (typed === undefined) throw new Error(`nobody answers: ${question}`);
    return typeof typed === "string" ? typed : await typed();
  };
  const io: Io = {
    out: (text) => void out.push(text),
    bytes: (data) => void bytes.push(data),
    note: (text) => void notes.push(text),
    status: (text) => {
      statuses.push(text);
      options.onStatus?.(text);
    },
    confirm: async (question) => (await answer(question)) === "y",
    ask: answer,
    interactive: options.interactive ?? false,
    outColor: options.color ?? false,
    noteColor: options.color ?? false,
    columns: options.columns ?? 80,
  };
  const code = await runCli(
    typeof line === "string" ? line.split(" ").filter(Boolean) : line,
    io,
    {
      env: options.env ?? {},
      cwd: options.cwd ?? join(tmpdir(), "ca3-no-such-folder"),
      interrupted: options.interrupted ?? new AbortController().signal,
    },
    options.catalogue,
  );
  const written = bytes.length === 0 ? {} : { bytes: new Uint8Array(Buffer.concat(bytes)) };
  return { code, out: out.join("\n"), ...written, notes: notes.join("\n"), statuses };
}

const root = join(import.meta.dir, "..", "..");

/** Runs the program itself, for what only real streams, signals and exits can show. */
export function startCa3(
  args: readonly string[],
  options: { env?: Environment; cwd?: string; main?: string } = {},
) {
  return Bun.spawn([process.execPath, options.main ?? join(root, "src/main.ts"), ...args], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env["PATH"], HOME: tmpdir(), ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** The same, until it ends. */
export async function ca3Process(
  args: readonly string[],
  options: Parameters<typeof startCa3>[1] = {},
): Promise<{ code: number; out: string; err: string }> {
  const program = startCa3(args, options);
  const [out, err, code] = await Promise.all([
    new Response(program.stdout).text(),
    new Response(program.stderr).text(),
    program.exited,
  ]);
  return { code, out, err };
}
