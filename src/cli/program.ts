import { isatty } from "node:tty";
import type { Catalogue } from "./catalogue.ts";
import { explain, failureJson, failureText } from "./failure.ts";
import { readPreferences } from "./preferences.ts";
import { readLineFromTerminal } from "./prompt.ts";
import { runCli } from "./run.ts";
import { fdStream } from "./streams.ts";
import { openTerminal } from "./terminal.ts";

/** What the program needs of its process; `src/main.ts` passes the real one. */
export type Process = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  on(event: "SIGINT" | "SIGTERM", listener: () => void): void;
  onBug(listener: (error: unknown) => void): void;
  exit(code: number): void;
  /** Begins the program anew in this process, with more variables, where that can be done. */
  readonly again?: ((more: Readonly<Record<string, string>>) => void) | undefined;
};

/** How the engine is told at its start to leave code as it is. */
const NO_JIT = "BUN_JSC_useJIT";

/** Runs one command line in this process, from the streams to the exit code. */
export async function runProgram(host: Process, catalogue?: Catalogue): Promise<void> {
  const stop = new AbortController();
  let outputClosed = false;
  const out = fdStream(1, () => {
    outputClosed = true;
    stop.abort();
  });
  const io = openTerminal({
    out,
    err: fdStream(2, () => {}),
    inputIsTerminal: isatty(0),
    readLine: readLineFromTerminal,
    env: host.env,
    interrupted: stop.signal,
    now: () => performance.now(),
  });
  const preferences = readPreferences(host.argv, host.env);
  const interrupt = interrupter(stop, host.exit, () => performance.now());
  host.on("SIGINT", () => interrupt() && io.note("stopping, press again to quit now"));
  // Who sends this presses no keys, and reads what a service writes as its log.
  host.on("SIGTERM", () => void interrupt());
  host.onBug((error) => {
    const failure = explain(error, stop.signal.aborted);
    const color = preferences.color ?? io.noteColor;
    const { debug } = preferences;
    io.status("");
    io.note(preferences.json ? failureJson(failure, debug) : failureText(failure, { color, debug }));
    host.exit(failure.exitCode);
  });
  const { env, cwd, again } = host;
  const withoutJit = env[NO_JIT] === undefined ? again && (() => again({ [NO_JIT]: "0" })) : undefined;
  const around = { env, cwd, interrupted: stop.signal, withoutJit };
  const code = await runCli(host.argv, io, around, catalogue);
  io.status("");
  // Whoever closed our output has what it wanted, as `ca3 … | head -1` does.
  host.exit(outputClosed && (code === 130 || code === 0) ? 0 : code);
}

/** One press of Ctrl-C may arrive twice, from the terminal and from npm, which hands it on. Nobody presses faster. */
const SAME_PRESS_MS = 200;

/** The first signal asks the command to stop, which is answered with true; the second ends the process at once. */
function interrupter(stop: AbortController, exit: (code: number) => void, now: () => number) {
  let firstMs: number | undefined;
  return (): boolean => {
    if (firstMs !== undefined) {
      if (now() - firstMs >= SAME_PRESS_MS) exit(130);
      return false;
    }
    firstMs = now();
    stop.abort();
    return true;
  };
}
