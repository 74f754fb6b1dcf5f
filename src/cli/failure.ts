import { Ca3Error } from "../support/errors.ts";
import { styleFor } from "./render/style.ts";

/** A thrown thing, in the words for a person. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly stack: string;
};

/** Every thrown value as a failure: ours as it is, an abort after Ctrl-C as an interruption, the rest as a bug. */
export function explain(error: unknown, interrupted: boolean): Failure {
  const stack = stackOf(error);
  if (error instanceof Ca3Error) {
    const { code, message, hint, exitCode } = error;
    return { code, message, hint, exitCode, stack };
  }
  if (interrupted && error instanceof Error && error.name === "AbortError") {
    const message = "stopped before it was finished";
    return { code: "CA3_INTERRUPTED", message, hint: undefined, exitCode: 130, stack };
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: "CA3_BUG",
    message: `this looks like a bug in ca3: ${what}`,
    hint: "run it again with --debug and report what it prints",
    exitCode: 70,
    stack,
  };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause) || String(error.cause)}`;
}

/** What went wrong, what to try and where it is explained; the stack only when asked for. */
export function failureText(failure: Failure, options: { color: boolean; debug: boolean }): string {
  const style = styleFor(options.color);
  const message = failure.message.split("\n").join("\n       ");
  return [
    `${style.red("error:")} ${message}`,
    ...(failure.hint === undefined ? [] : [`  ${style.cyan("try:")} ${failure.hint}`]),
    `  ${style.dim("see:")} ca3 help errors ${failure.code}`,
    ...(options.debug && failure.stack !== "" ? [failure.stack] : []),
  ].join("\n");
}

/** The same for scripts, on one line: what `--output json` prints on stderr when a command fails. */
export function failureJson({ code, message, hint, exitCode, stack }: Failure, debug: boolean): string {
  return JSON.stringify({
    error: { code, message, hint: hint ?? null, exitCode, ...(debug ? { stack } : {}) },
  });
}
