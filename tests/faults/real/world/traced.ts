import type { Logger } from "../../../../src/support/log.ts";

/** The same ports, whose calls are told to the log with their duration; for whoever wants to know why something hangs. */
export function traced<T extends object>(name: string, port: T, logger: Logger): T {
  const calls = Object.entries(port).map(([call, act]) => {
    if (typeof act !== "function" || ["consume", "scanEvents"].includes(call)) return [call, act];
    return [
      call,
      async (...given: unknown[]) => {
        const startMs = performance.now();
        const ms = () => Math.round(performance.now() - startMs);
        const size = Array.isArray(given[0]) ? given[0].length : undefined;
        try {
          const answer: unknown = await act(...given);
          logger.debug("Call succeeded.", { port: name, call, size, ms: ms() });
          return answer;
        } catch (error) {
          logger.debug("Call failed.", { port: name, call, size, ms: ms(), why: String(error) });
          throw error;
        }
      },
    ];
  });
  return Object.fromEntries(calls) as T;
}
