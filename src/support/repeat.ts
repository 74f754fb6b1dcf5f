import type { Clock } from "./clock.ts";

/**
 * Runs a task now and again `intervalMs` after each end until the signal aborts. A run that fails is forgotten: the
 * next one tries anew, and whoever wants to know notes the failure inside the task.
 */
export function repeat(
  clock: Clock,
  intervalMs: number,
  signal: AbortSignal,
  task: () => Promise<void>,
): void {
  const run = async () => {
    while (!signal.aborted) {
      await task().catch(() => {});
      await clock.sleep(intervalMs, signal);
    }
  };
  void run();
}
