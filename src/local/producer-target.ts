import { join } from "node:path";
import type { ProducerSettings } from "../producer/config.ts";
import { openSink } from "../producer/sinks/registry.ts";
import type { Sink } from "../producer/sinks/sink.ts";
import type { Clock } from "../support/clock.ts";
import type { Logger } from "../support/log.ts";
import { isBounded, isLive } from "./defaults.ts";
import { resumeOrBegin } from "./run-file.ts";
import { fingerprint } from "./run-identity.ts";

export type ProducerTarget = {
  readonly sink: Sink;
  /** When the run began that goes on or begins now, ms since the epoch. */
  readonly startMs: number;
  /** An earlier run with the same options goes on. */
  readonly resumed: boolean;
  /** Closes the sink and frees the data folder. */
  close(): Promise<void>;
};

export type ProducerTargetOptions = {
  readonly settings: ProducerSettings;
  /** Data folder for `--to data`. */
  readonly data: string;
  readonly cwd: string;
  readonly clock: Clock;
  readonly out: (line: string) => void;
  readonly logger: Logger;
  /** The data folder was asked for: a run that sends to Kafka is kept there, and goes on at the next start. */
  readonly keepRun: boolean;
};

/** Opens where a producer alone sends to. With a run that is kept, the same options go on where they stopped. */
export async function openProducerTarget(options: ProducerTargetOptions): Promise<ProducerTarget> {
  const { settings, data, cwd, clock, out, logger } = options;
  const retentionMs = settings.topicRetentionMs;
  const topics = [settings.topicGpu, settings.topicToken].map((name) => {
    return { name, partitions: settings.partitions, retentionMs };
  });
  const to = settings.to ?? (settings.kafkaBootstrap === undefined ? "stdout" : "kafka");
  const common = { topics, out, folderName: data, kafka: settings, clock, logger };
  if (to === "stdout" || (to === "kafka" && !options.keepRun)) {
    const sink = await openSink(to, { ...common, logPath: "", checkpointsPath: "" });
    return { sink, startMs: clock.now(), resumed: false, close: () => sink.close() };
  }
  const { openDataFolder } = await import("./data-folder.ts");
  const folder = openDataFolder(data);
  try {
    const wish = {
      fingerprint: fingerprint(settings, cwd, settings.to === "kafka" ? "kafka" : ""),
      bounded: isBounded(settings) || isLive(settings),
      nowMs: clock.now(),
    };
    const { run, resumed } = resumeOrBegin(folder.runPath, wish);
    const checkpointsPath = join(folder.checkpointsPath, run.id);
    const sink = await openSink(to, { ...common, logPath: folder.logPath, checkpointsPath });
    const close = async () => {
      try {
        await sink.close();
      } finally {
        folder.release();
      }
    };
    return { sink, startMs: run.startMs, resumed, close };
  } catch (error) {
    folder.release();
    throw error;
  }
}
