import { servePage } from "../dashboard/serve.ts";
import type { ServerSettings } from "../http/config.ts";
import { startServer } from "../http/server.ts";
import type { ProcessorSettings } from "../processor/config.ts";
import { createApp } from "../processor/http/app.ts";
import { topicsOf } from "../processor/rules.ts";
import { createProcessor, type Processor } from "../processor/service.ts";
import type { Clock } from "../support/clock.ts";
import type { Logger } from "../support/log.ts";
import { createMeters } from "../support/meters.ts";
import { watchRuntime } from "../support/runtime-meters.ts";
import { version } from "../support/version.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { openDataFolder } from "./data-folder.ts";
import { openChosenLog } from "./open-log.ts";
import { openChosenStore } from "./open-store.ts";

export type ProcessorServiceParts = {
  /** Data folder, for the store when no MongoDB is named, and for the log when no brokers are; else not touched. */
  readonly data: string;
  readonly processor: ProcessorSettings;
  readonly server: ServerSettings;
  readonly fixedPort: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type ProcessorService = {
  readonly url: URL;
  readonly processor: Pick<Processor, "start" | "done" | "counts">;
  /** Stops the processor, then the server, then closes what was opened. Idempotent. */
  stop(): Promise<void>;
};

/**
 * A processor alone, with its API, metrics and health, as a container runs it. The server answers from the beginning, so
 * that `/ready` can say what is waited for; `processor.start` begins the work.
 */
export async function openProcessorService(parts: ProcessorServiceParts): Promise<ProcessorService> {
  const { processor: settings, clock, logger } = parts;
  const opened: (() => unknown)[] = [];
  const page = servePage();
  page.prepare();
  const closeAll = async () => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const isElsewhere = settings.kafkaBootstrap !== undefined && settings.mongoUrl !== undefined;
    const folder = isElsewhere ? undefined : openDataFolder(parts.data);
    opened.push(() => folder?.release());
    const { logPath = "", storePath = "" } = folder ?? {};
    const meters = await createMeters(metricCatalogue);
    opened.push(watchRuntime(meters, version));
    const log = await openChosenLog({ settings, logPath, clock, logger });
    opened.push(() => log.close());
    const store = await openChosenStore({ settings, storePath, retentionMs: settings.retentionMs });
    opened.push(() => store.close());
    const topics = topicsOf(settings);
    const processor = createProcessor({ log, store, topics, settings, meters, logger, clock });
    const app = createApp({
      ...{ store, topics, logger, clock, settings: parts.server, registry: meters.registry },
      lag: () => log.lag(settings.group, [topics.gpu, topics.token]),
      readiness: () => processor.status(),
      counts: () => processor.counts(),
      page,
    });
    const { host: hostname, port, shutdownGraceMs } = parts.server;
    const server = startServer(app, { hostname, port, fixedPort: parts.fixedPort });
    opened.push(() => server.stop(shutdownGraceMs));
    opened.push(() => processor.stop());
    let stopped: Promise<void> | undefined;
    return {
      url: server.url,
      processor,
      stop: () => {
        stopped ??= closeAll();
        return stopped;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
