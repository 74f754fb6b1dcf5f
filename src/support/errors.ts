import type { ErrorCode } from "./error-codes.ts";
import { errorCodes } from "./error-codes.ts";

export type ErrorOptions = {
  /** The next command to type, or the setting to change. */
  hint?: string;
  cause?: unknown;
  /** Overrides the exit code that the catalogue gives this error code. */
  exitCode?: number;
};

/**
 * A failure that a person can fix: what went wrong (with the offending value), what to do next, and how the
 * process should exit. Everything else that is thrown is a bug and is reported as one.
 */
export class Ca3Error extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Ca3Error";
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? errorCodes[code].exit;
  }
}

/** True when the same call may succeed later: the caller keeps its data, backs off and tries again. */
export function isOutage(error: unknown): error is Ca3Error {
  return error instanceof Ca3Error && errorCodes[error.code].outage === true;
}
