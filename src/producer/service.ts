import type { OutRecord } from "../eventlog/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Logger } from "../support/log.ts";
import type { ProducingMeters } from "../telemetry/metric-catalogue.ts";
import type { Topics } from "../telemetry/topics.ts";
import type { CheckpointStore } from "./checkpoints.ts";
import type { DeliveryLimits } from "./delivery.ts";
import { producerMeters } from "./meters.ts";
import type { SourceSummary } from "./pipeline.ts";
import { createPipeline } from "./pipeline.ts";
import type { EventSource, SourceHealth } from "./source.ts";

/** The part of `producerSettings` that the service itself reads. */
export type ProducerServiceSettings = {
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  readonly lingerMs: number;
  readonly queueBytes: number;
  readonly flushTimeoutMs: number;
};

export type ProducerOptions = {
  /** Names must be distinct. */
  readonly sources: readonly EventSource[];
  /** Resolves when the records are durable; an outage rejects and is retried for ever. */
  readonly append: (records: OutRecord[]) => Promise<void>;
  readonly topics: Topics;
  readonly settings: ProducerServiceSettings;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent when nobody scrapes. */
  readonly meters?: ProducingMeters;
};

/** Sums over all sources, and each source by its name. */
export type ProducerSummary = SourceSummary & { readonly bySource: Readonly<Record<string, SourceSummary>> };

export type Producer = {
  /**
   * Runs every source until it ends or `signal` aborts: then it stops reading, sends what is queued for at most the
   * flush timeout, keeps the checkpoints and resolves. Rejects with the first failure that is no outage; the other
   * sources are stopped in the same orderly way first.
   */
  run(signal: AbortSignal): Promise<ProducerSummary>;
  health(): Readonly<Record<string, SourceHealth>>;
};

/**
 * Sources to log. Every source has its own queue and its own batches, so a slow one never delays the others; the
 * bound on queued bytes is shared out among them.
 */
export function createProducer(options: ProducerOptions): Producer {
  const { sources, settings, clock } = options;
  const meters = producerMeters(options.meters);
  const limits: DeliveryLimits = {
    maxRecords: settings.maxBatchRecords,
    maxBytes: settings.maxBatchBytes,
    lingerMs: settings.lingerMs,
    queueBytes: Math.max(1, Math.floor(settings.queueBytes / Math.max(1, sources.length))),
  };
  const pipelines = sources.map((source) => createPipeline(source, { ...options, limits, meters }));
  const health = () => Object.fromEntries(sources.map(({ name }, at) => [name, pipelines[at]!.health()]));
  const queuedBytes = () => pipelines.reduce((sum, pipeline) => sum + pipeline.queuedBytes(), 0);

  return {
    health,
    run: async (signal) => {
      const failed = new AbortController();
      const stop = AbortSignal.any([signal, failed.signal]);
      const giveUp = new AbortController();
      const ended = new AbortController();
      const flushDeadline = () =>
        void clock.sleep(settings.flushTimeoutMs, ended.signal).then(() => giveUp.abort());
      if (stop.aborted) flushDeadline();
      else stop.addEventListener("abort", flushDeadline, { once: true });
      for (const source of sources) {
        const own = meters.ofSource(source.name);
        if (own) source.countIn?.(own);
      }
      const unwatch = meters.watch(() => ({ health: health(), queuedBytes: queuedBytes() }));
      const results = await Promise.allSettled(
        pipelines.map((pipeline) =>
          pipeline.run(stop, giveUp.signal).catch((error: unknown) => {
            failed.abort();
            throw error;
          }),
        ),
      );
      stop.removeEventListener("abort", flushDeadline);
      ended.abort();
      unwatch();
      const broken = results.find((result) => result.status === "rejected");
      if (broken) throw broken.reason;
      return summarise(
        sources,
        results.map((result) => (result as PromiseFulfilledResult<SourceSummary>).value),
      );
    },
  };
}

function summarise(sources: readonly EventSource[], each: readonly SourceSummary[]): ProducerSummary {
  const total = (name: keyof SourceSummary) => each.reduce((sum, one) => sum + one[name], 0);
  return {
    events: total("events"),
    bytes: total("bytes"),
    skipped: total("skipped"),
    unsent: total("unsent"),
    bySource: Object.fromEntries(sources.map(({ name }, at) => [name, each[at]!])),
  };
}
