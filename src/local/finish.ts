import type { PartitionLag } from "../eventlog/port.ts";
import type { Clock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { LocalPipeline } from "./pipeline.ts";

const LOOK_EVERY_MS = 50;

const behind = (lag: readonly PartitionLag[]): number => lag.reduce((sum, one) => sum + one.lag, 0);

/**
 * Resolves when every source has ended and every record of the log is stored or dead-lettered. Rejects when a source
 * or the processor fails for good, or when an outage has lasted longer than `giveUpAfterMs`; nothing is lost then, and
 * the next start goes on from there.
 */
export async function finished(
  pipeline: Pick<LocalPipeline, "produced" | "processing" | "lag" | "trouble">,
  clock: Clock,
  giveUpAfterMs: number,
): Promise<void> {
  let produced = false;
  let failure: unknown;
  pipeline.produced.then(
    () => {
      produced = true;
    },
    (error: unknown) => {
      failure = error;
    },
  );
  pipeline.processing.catch((error: unknown) => {
    failure = error;
  });
  let troubledSinceMs: number | undefined;
  for (;;) {
    if (failure !== undefined) throw failure;
    const trouble = pipeline.trouble();
    if (trouble === undefined) troubledSinceMs = undefined;
    else {
      troubledSinceMs ??= clock.now();
      if (clock.now() - troubledSinceMs > giveUpAfterMs) throw gaveUp(trouble, giveUpAfterMs);
    }
    if (produced && behind(await pipeline.lag()) === 0) return;
    await clock.sleep(LOOK_EVERY_MS);
  }
}

const gaveUp = (trouble: string, afterMs: number): Ca3Error =>
  new Ca3Error("CA3_STORE_UNAVAILABLE", `gave up after ${Math.round(afterMs / 1000)} s: ${trouble}`, {
    hint: "fix it and run the same command again; it resumes where it stopped",
  });
