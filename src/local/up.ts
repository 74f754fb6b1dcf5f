import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { ServerSettings } from "../http/config.ts";
import type { ProcessorSettings } from "../processor/config.ts";
import type { ProducerSettings } from "../producer/config.ts";
import { mongoName } from "../store/mongo-address.ts";
import type { Clock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Logger } from "../support/log.ts";
import { openDataFolder } from "./data-folder.ts";
import { isBounded, isLive } from "./defaults.ts";
import type { Feed } from "./feed/feed.ts";
import { openFeed } from "./feed/open.ts";
import { type LocalPipeline, startLocalPipeline } from "./pipeline.ts";
import { resumeOrBegin, touchRun } from "./run-file.ts";
import { fingerprint } from "./run-identity.ts";

export type UpOptions = {
  readonly data: string;
  readonly fresh: boolean;
  readonly once: boolean;
  readonly producer: ProducerSettings;
  readonly processor: ProcessorSettings;
  readonly server: ServerSettings;
  readonly fixedPort: boolean;
  readonly cwd: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onReading?: (doneBytes: number, totalBytes: number) => void;
};

export type Up = {
  readonly pipeline: LocalPipeline;
  readonly sources: Feed["sources"];
  /** An earlier run with the same options goes on. */
  readonly resumed: boolean;
  /** Stops everything in order and frees the folder. Idempotent. */
  stop(): Promise<void>;
};

/** How often a run notes that it is alive. */
const TOUCH_EVERY_MS = 30_000;

/** Which log and which store, as far as they are not those of the data folder; brokers may come and go. */
function destinationOf({ kafkaBootstrap, mongoUrl, mongoDatabase }: ProcessorSettings): string {
  const log = kafkaBootstrap === undefined ? [] : ["kafka"];
  return [...log, ...(mongoUrl === undefined ? [] : [mongoName(mongoUrl, mongoDatabase)])].join(" ");
}

/** Takes the data folder, finds or begins the run, opens the sources and starts the pipeline. */
export async function startUp(options: UpOptions): Promise<Up> {
  const { producer, clock, signal } = options;
  const bounded = isBounded(producer);
  if (options.once && !bounded)
    throw new Ca3Error("CA3_USAGE", "--once waits for the end of a source that never ends", {
      hint: "add --count 10000, or --loop 1",
    });
  const folder = openDataFolder(options.data, { fresh: options.fresh });
  try {
    const identity = fingerprint(producer, options.cwd, destinationOf(options.processor));
    const wish = { fingerprint: identity, bounded: bounded || isLive(producer), nowMs: clock.now() };
    const { run, resumed } = resumeOrBegin(folder.runPath, wish);
    const feed = await openFeed({
      settings: producer,
      startMs: run.startMs,
      clock,
      hostname: producer.hostname ?? hostname(),
      signal,
      ...(options.onReading ? { onProgress: options.onReading } : {}),
    });
    const checkpointsPath = join(folder.checkpointsPath, run.id);
    mkdirSync(checkpointsPath, { recursive: true, mode: 0o700 });
    const pipeline = await startLocalPipeline({ ...options, folder, checkpointsPath, feed }).catch(
      (error) => {
        feed.close();
        throw error;
      },
    );
    const touch = setInterval(() => touchRun(folder.runPath, identity, clock.now()), TOUCH_EVERY_MS);
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      clearInterval(touch);
      try {
        await pipeline.stop();
        touchRun(folder.runPath, identity, clock.now());
      } finally {
        feed.close();
        folder.release();
      }
    };
    return {
      pipeline,
      sources: feed.sources,
      resumed,
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}
