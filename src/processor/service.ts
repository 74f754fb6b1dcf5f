import type { EventLog, LogConsumer } from "../eventlog/port.ts";
import type { Readiness } from "../http/readiness.ts";
import type { TelemetryStore } from "../store/port.ts";
import type { Clock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Logger } from "../support/log.ts";
import { repeat } from "../support/repeat.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";
import type { Topics } from "../telemetry/topics.ts";
import type { ProcessorSettings } from "./config.ts";
import { keepConsuming } from "./consume.ts";
import { watchCost } from "./cost-collector.ts";
import { Health } from "./health.ts";
import { LagWatch } from "./lag-watch.ts";
import { meteredStore } from "./metered-store.ts";
import { OutageWatch } from "./outage.ts";
import { persist } from "./persist.ts";
import { type Counts, createPipeline } from "./pipeline.ts";
import { pipelineRules, topicSpecs } from "./rules.ts";

const SETTLING_LOOKS = 20;
const SETTLING_PAUSE_MS = 250;

export type ProcessorParts = {
  readonly log: EventLog;
  readonly store: TelemetryStore;
  readonly topics: Topics;
  readonly settings: ProcessorSettings;
  readonly meters: Ca3Meters;
  readonly logger: Logger;
  readonly clock: Clock;
  /** For jitter; a number from 0 to 1. */
  readonly random?: () => number;
};

/** Stores what the log holds, exactly once in effect. Log and store stay open; whoever opened them closes them. */
export interface Processor {
  /** Resolves when the consumer has joined its group; waits as long as the log is away. */
  start(): Promise<void>;
  /**
   * Not ready, stops fetching, lets running writes end, commits, leaves the group; then resolves. What is not done
   * within `stopGraceMs` is given up uncommitted. Idempotent.
   */
  stop(): Promise<void>;
  status(): Readiness;
  counts(): Counts;
  /** Settles when the processor has ended: resolves after `stop`, rejects when it cannot go on. */
  readonly done: Promise<void>;
}

export function createProcessor(parts: ProcessorParts): Processor {
  const { log, store, topics, settings, meters, logger, clock, random = Math.random } = parts;
  if (topics.gpu === topics.token)
    throw new Ca3Error("CA3_CONFIG", `topics.gpu and topics.token are both ${topics.gpu}`, {
      hint: "ca3 config explain",
    });
  const outages = new OutageWatch();
  const health = new Health(outages, clock);
  const context = { clock, meters, logger, outages, random };
  const ports = { log, store: meteredStore(store, meters, clock) };
  const pipeline = createPipeline(ports, topics, pipelineRules(settings), context);
  const names = [topics.gpu, topics.token];
  const lag = new LagWatch(log, meters, settings.group, names, pipeline.doneOffset);
  const { promise: done, resolve: ended, reject: failed } = Promise.withResolvers<void>();
  done.catch(() => {});
  const stopping = new AbortController();
  let consumer: LogConsumer | undefined;
  let stopped: Promise<void> | undefined;
  let over = false;
  const forget = [
    meters.onScrape(() => health.show(meters, pipeline.waiting())),
    watchCost({ store, meters, clock, settings }),
  ];

  const every = (intervalMs: number, task: () => Promise<void>) =>
    repeat(clock, intervalMs, stopping.signal, task);

  /** Says of a dependency what an attempt to use it showed. */
  async function check(dependency: "log" | "store", attempt: () => Promise<void>): Promise<void> {
    try {
      await attempt();
      if (health.checked(dependency)) logger.info("Dependency answers its checks again.", { dependency });
    } catch (error) {
      const { message } = error as Error;
      if (health.checked(dependency, message) && !stopping.signal.aborted)
        logger.warn("Dependency does not answer its check.", { dependency, error });
    }
  }

  async function watch(): Promise<void> {
    if (consumer) health.consumer = { state: "running", partitions: consumer.assignment().length };
    await Promise.all([
      check("log", () => (consumer ? lag.refresh(consumer) : log.ping())),
      check("store", () => store.ping()),
    ]);
  }

  /** Looks more often until the group has given this consumer its partitions, or left it without any. */
  async function settleIn(): Promise<void> {
    for (let look = 0; look < SETTLING_LOOKS && consumer && !stopping.signal.aborted; look++) {
      await watch();
      if (consumer && consumer.assignment().length > 0) return;
      await clock.sleep(SETTLING_PAUSE_MS, stopping.signal);
    }
  }

  function end(error?: unknown): void {
    if (over) return;
    over = true;
    const poison = error instanceof Ca3Error && error.code === "CA3_POISON_FLOOD";
    if (poison) health.poison = error.message;
    health.consumer = { state: "ended", reason: error === undefined ? "has left its group" : String(error) };
    consumer = undefined;
    lag.clear();
    if (error === undefined) ended();
    else failed(error);
  }

  async function leave(): Promise<void> {
    health.draining = true;
    stopping.abort(new Ca3Error("CA3_INTERRUPTED", "the processor stops"));
    const grace = new AbortController();
    const late = clock.sleep(settings.stopGraceMs, grace.signal).then(() => "late" as const);
    const left = (consumer?.stop() ?? Promise.resolve()).then(
      () => "left" as const,
      (error: unknown) => {
        logger.warn("Leaving the group failed.", { error });
        return "left" as const;
      },
    );
    if ((await Promise.race([left, late])) === "late")
      logger.warn("Stopped before running writes ended; their records are delivered again.", {
        batches: pipeline.waiting(),
      });
    grace.abort();
    for (const off of forget) off();
    end();
  }

  return {
    done,
    status: () => health.status(),
    counts: pipeline.counts,
    async start() {
      every(settings.watchIntervalMs, watch);
      await persist(context, "log", "topics", [{ signal: stopping.signal }], () =>
        log.ensureTopics(topicSpecs(topics, settings)),
      );
      if (stopping.signal.aborted) return;
      every(settings.expireIntervalMs, async () => void (await store.expire(clock.now())));
      const { promise: first, resolve: joined } = Promise.withResolvers<void>();
      const consuming = keepConsuming(
        {
          log,
          clock,
          logger,
          outages,
          random,
          stopping: stopping.signal,
          joined: (one) => {
            consumer = one;
            health.consumer = { state: "running", partitions: one.assignment().length };
            void settleIn();
            joined();
          },
        },
        {
          group: settings.group,
          topics: names,
          maxBatchBytes: settings.maxBatchBytes,
          maxBatchRecords: settings.maxBatchRecords,
          onBatch: pipeline.handle,
        },
      );
      consuming.catch((error: unknown) => {
        if (!stopping.signal.aborted) end(error);
      });
      await Promise.race([first, consuming]);
    },
    stop() {
      stopped ??= leave();
      return stopped;
    },
  };
}
