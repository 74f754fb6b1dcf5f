import { aborted } from "../../support/aborted.ts";
import type { Logger } from "../../support/log.ts";
import type { Context } from "../command.ts";
import { explain } from "../failure.ts";

type Around = Pick<Context, "io" | "env" | "given" | "interrupted">;

/**
 * Runs what lives until it is told to stop, as a container does it: JSON lines on stderr, exit code 0 after SIGTERM. A
 * failure becomes a line of the log with its code, what to do about it and the exit code; a person at a terminal is
 * told as by any other command.
 */
export async function runService(
  around: Around,
  serve: (logger: Logger) => Promise<number>,
): Promise<number> {
  const { io, env, given, interrupted } = around;
  const { jsonLogger } = await import("../../support/log.ts");
  const debug = given["debug"] === true || Boolean(env["CA3_DEBUG"]);
  const logger = jsonLogger((line) => io.note(line), debug ? { level: "debug" } : {});
  try {
    return await serve(logger);
  } catch (error) {
    if (io.interactive) throw error;
    const { code, message, hint, exitCode, stack } = explain(error, interrupted.aborted);
    if (exitCode === 130) return 0;
    logger.error("Cannot go on.", { code, error: message, hint, exitCode, ...(debug ? { stack } : {}) });
    return exitCode;
  }
}

/** What `opening` resolves to, or nothing when the signal aborts first; what opens too late is closed. */
export async function openedUnless<T>(
  signal: AbortSignal,
  opening: Promise<T>,
  close: (opened: T) => Promise<void>,
): Promise<T | undefined> {
  const stopped = aborted(signal).then(() => undefined);
  const first = await Promise.race([opening, stopped]);
  if (first === undefined) void opening.then(close, () => {});
  return first;
}
