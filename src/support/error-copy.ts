import type { ErrorCode } from "./error-codes.ts";
import { Ca3Error } from "./errors.ts";

/** An error as plain data, for the way from one thread to another. */
export type ErrorCopy = {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a failure that a person can fix. */
  readonly code?: ErrorCode;
  readonly hint?: string | undefined;
  readonly exitCode?: number;
  readonly cause?: ErrorCopy;
};

/** Causes beyond this are left out: a chain may be a circle. */
const MOST_CAUSES = 8;

/** An error as plain data, with its causes, which crosses from one thread to another. */
export function copyError(error: unknown, causes: number = MOST_CAUSES): ErrorCopy {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined };
  const { name, message, stack, cause } = error;
  return {
    ...{ name, message, stack },
    ...(error instanceof Ca3Error && { code: error.code, hint: error.hint, exitCode: error.exitCode }),
    ...(cause !== undefined && causes > 0 && { cause: copyError(cause, causes - 1) }),
  };
}

/** The error that was copied: it has the same code, words, causes and stack, and is an outage if that one was. */
export function reviveError(copy: ErrorCopy): Error {
  const { name, message, stack, code, hint, exitCode } = copy;
  const cause = copy.cause && reviveError(copy.cause);
  const error =
    code === undefined
      ? new Error(message, cause && { cause })
      : new Ca3Error(code, message, {
          ...(hint !== undefined && { hint }),
          ...(exitCode !== undefined && { exitCode }),
          ...(cause && { cause }),
        });
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
