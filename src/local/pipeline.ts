import { servePage } from "../dashboard/serve.ts";
import type { EventLog, PartitionLag } from "../eventlog/port.ts";
import type { ServerSettings } from "../http/config.ts";
import type { Readiness } from "../http/readiness.ts";
import { startServer } from "../http/server.ts";
import type { ProcessorSettings } from "../processor/config.ts";
import { createApp } from "../processor/http/app.ts";
import type { Counts } from "../processor/pipeline.ts";
import { createProcessor } from "../processor/service.ts";
import type { ProducerServiceSettings, ProducerSummary } from "../producer/service.ts";
import type { TelemetryStore } from "../store/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Logger } from "../support/log.ts";
import { createMeters } from "../support/meters.ts";
import { watchRuntime } from "../support/runtime-meters.ts";
import { version } from "../support/version.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import type { Topics } from "../telemetry/topics.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Feed } from "./feed/feed.ts";
import { openChosenLog } from "./open-log.ts";
import { openChosenStore } from "./open-store.ts";
import { sourcesCheck, withSources } from "./sources-check.ts";

export type LocalParts = {
  readonly folder: DataFolder;
  /** Where this run keeps how far each source is. */
  readonly checkpointsPath: string;
  readonly feed: Feed;
  readonly producer: ProducerServiceSettings;
  readonly processor: ProcessorSettings;
  readonly server: ServerSettings;
  /** The port was asked for: do not look for the next free one. */
  readonly fixedPort: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type LocalPipeline = {
  readonly url: URL;
  readonly store: TelemetryStore;
  counts(): Counts;
  lag(): Promise<readonly PartitionLag[]>;
  /** Why the processor cannot work now, or nothing when it can. */
  trouble(): string | undefined;
  /** Resolves when every source has ended; rejects when one failed for good. */
  readonly produced: Promise<ProducerSummary>;
  /** Rejects when the processor cannot go on. */
  readonly processing: Promise<void>;
  /** Stops source, processor and server in this order; what is in the log is processed at the next start. */
  stop(): Promise<void>;
};

/** Often enough that a reader at full speed never waits for long, and a fraction of a per cent of a processor. */
const LOOK_ASIDE_MS = 20;

/**
 * The whole pipeline in this process: sources → log → processor → store → API, on the log and store of one folder, or on
 * Kafka and MongoDB in their place. Starts from the reader's end, so that the first event finds everybody at work.
 */
export async function startLocalPipeline(parts: LocalParts): Promise<LocalPipeline> {
  const { folder, feed, clock, logger } = parts;
  const topics: Topics = { gpu: parts.processor.topicGpu, token: parts.processor.topicToken };
  const page = servePage();
  page.prepare();
  const meters = await createMeters(metricCatalogue);
  const opened: { close(): Promise<void> }[] = [];
  const endWatch = watchRuntime(meters, version);
  opened.push({ close: async () => endWatch() });
  const closeAll = async () => {
    for (const one of opened.reverse()) await one.close();
  };
  try {
    const { logPath, storePath } = folder;
    const settings = parts.processor;
    const { retentionMs } = settings;
    const polled = feed.appendsAside ? { pollMs: LOOK_ASIDE_MS } : {};
    const log = keep(opened, await openChosenLog({ settings, logPath, clock, logger, ...polled }));
    const store = keep(opened, await openChosenStore({ settings, storePath, retentionMs }));
    const processor = createProcessor({
      log,
      store,
      topics,
      settings: parts.processor,
      meters,
      logger,
      clock,
    });
    const producer = feed.connect({
      ...{ topics, clock, logger, meters, logPath, checkpointsPath: parts.checkpointsPath },
      append: (records) => log.append(records),
      settings: parts.producer,
    });
    const lag = () => log.lag(parts.processor.group, [topics.gpu, topics.token]);
    const app = createApp({
      store,
      lag,
      readiness: () => withSources(processor.status(), producer.health()),
      registry: meters.registry,
      settings: parts.server,
      clock,
      topics,
      logger,
      sources: () => producer.health(),
      counts: () => processor.counts(),
      page,
    });
    const showSources = meters.onScrape(() => {
      const { name, ok } = sourcesCheck(producer.health());
      meters.set("ready", { check: name }, ok ? 1 : 0);
    });
    opened.push({ close: async () => showSources() });
    const server = startServer(app, {
      hostname: parts.server.host,
      port: parts.server.port,
      fixedPort: parts.fixedPort,
    });
    opened.push({ close: () => server.stop(parts.server.shutdownGraceMs) });
    opened.push({ close: () => processor.stop() });
    await processor.start();
    const stopping = new AbortController();
    const produced = producer.run(stopping.signal);
    produced.catch(() => {});
    opened.push({
      close: async () => {
        stopping.abort();
        await produced.catch(() => {});
      },
    });
    return {
      url: server.url,
      store,
      counts: () => processor.counts(),
      lag,
      trouble: () => troubleOf(processor.status()),
      produced,
      processing: processor.done,
      stop: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function keep<T extends EventLog | TelemetryStore>(opened: { close(): Promise<void> }[], part: T): T {
  opened.push(part);
  return part;
}

function troubleOf(status: Readiness): string | undefined {
  const failing = status.checks.filter((check) => !check.ok);
  return failing.length === 0 ? undefined : failing.map((one) => `${one.name}: ${one.detail}`).join("; ");
}
