import type { OutRecord } from "../eventlog/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Logger } from "../support/log.ts";
import { encodeEvent, partitionKey } from "../telemetry/encode.ts";
import type { EventKind, Topics } from "../telemetry/topics.ts";
import type { CheckpointStore } from "./checkpoints.ts";
import type { DeliveryLimits } from "./delivery.ts";
import { createDelivery } from "./delivery.ts";
import type { ProducerMeters } from "./meters.ts";
import { pacer } from "./pacing.ts";
import type { EventSource, SourcedEvent, SourceHealth } from "./source.ts";

export type PipelineContext = {
  readonly append: (records: OutRecord[]) => Promise<void>;
  readonly topics: Topics;
  readonly limits: DeliveryLimits;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  readonly meters: ProducerMeters;
  readonly logger: Logger;
};

export type SourceSummary = {
  /** Events the log acknowledged. */
  readonly events: number;
  /** Their encoded size. */
  readonly bytes: number;
  /** Rows the source left out because they could not be read. */
  readonly skipped: number;
  /** Events read and given up on because the log was away at the end; the next run reads them again. */
  readonly unsent: number;
};

export type Pipeline = {
  /**
   * Reads and sends until the source ends or `stop` aborts, then sends what is queued; `giveUp` ends that. Rejects
   * when the source or the log fails for good.
   */
  run(stop: AbortSignal, giveUp: AbortSignal): Promise<SourceSummary>;
  health(): SourceHealth;
  queuedBytes(): number;
};

/** Keeping a checkpoint costs a disk write, so a fast source keeps one this often. */
const KEEP_EVERY_MS = 250;

/** One source on its way into the log, independent of all others. */
export function createPipeline(source: EventSource, context: PipelineContext): Pipeline {
  const { checkpoints, clock, limits, meters, topics } = context;
  const logger = context.logger.with({ source: source.name });
  const sum = { events: 0, bytes: 0 };
  let outage: { readonly sinceMs: number; readonly message: string } | undefined;
  let kept: { checkpoint: string; atMs: number } | undefined;
  let due: string | undefined;
  let keepFailed = false;
  let newest: { readonly checkpoint: string; readonly isAhead: boolean } | undefined;
  let queuedBytes = () => 0;

  const put = (checkpoint: string): void => {
    try {
      checkpoints.put(source.name, checkpoint);
      keepFailed = false;
    } catch (error) {
      if (!keepFailed)
        logger.warn("The checkpoint could not be kept; a restart would send more events twice.", { error });
      keepFailed = true;
    }
  };

  /** What was kept ahead of a batch still holds more than the checkpoint of one before it. */
  const isOutdated = () => newest?.isAhead === true && newest.checkpoint !== due;

  const keep = (): void => {
    if (due === undefined || due === kept?.checkpoint || isOutdated()) return;
    put(due);
    kept = { checkpoint: due, atMs: clock.now() };
  };

  const acknowledged = (records: readonly OutRecord[], tookMs: number, checkpoint?: string): void => {
    if (outage) logger.info("The event log answers again.", { awayMs: clock.now() - outage.sinceMs });
    outage = undefined;
    sum.events += records.length;
    for (const { value } of records) sum.bytes += value.byteLength;
    meters.delivered(records, tookMs);
    due = checkpoint ?? due;
    if (checkpoint !== undefined) source.acknowledged?.(checkpoint);
    const isDue = kept === undefined || clock.now() - kept.atMs >= KEEP_EVERY_MS;
    if (isDue && !newest?.isAhead) keep();
  };

  const read = async (
    stop: AbortSignal,
    push: (record: OutRecord) => Promise<void> | undefined,
    mark: (checkpoint: string) => void,
  ): Promise<void> => {
    const ready = pacer(clock, source.pace);
    for await (const { events, checkpoint, before } of source.read(stop, checkpoints.get(source.name))) {
      newest = { checkpoint, isAhead: before !== undefined };
      if (before !== undefined) put(before);
      meters.sampled(source.name, countByKind(events));
      for (const sourced of events) {
        const wait = ready(sourced.dueMs, stop);
        if (wait) await wait;
        if (stop.aborted) return;
        const room = push(recordOf(sourced, topics));
        if (room) await room;
      }
      mark(checkpoint);
    }
  };

  return {
    run: async (stop, giveUp) => {
      const delivery = createDelivery({
        append: (records) => context.append([...records]),
        ...{ limits, clock, giveUp },
        onAcknowledged: acknowledged,
        onOutage: (records, error) => {
          if (!outage)
            logger.warn("The event log cannot be reached; events wait and nothing is lost.", { error });
          outage = { sinceMs: outage?.sinceMs ?? clock.now(), message: error.message };
          meters.failed(records);
        },
      });
      queuedBytes = delivery.queuedBytes;
      const broken = new AbortController();
      const sending = delivery.run().catch((error: unknown) => {
        broken.abort();
        throw error;
      });
      const reading = read(AbortSignal.any([stop, broken.signal]), delivery.push, delivery.mark).finally(
        delivery.end,
      );
      const [sent, ended] = await Promise.allSettled([sending, reading]);
      keep();
      if (sent.status === "rejected") throw sent.reason;
      if (ended.status === "rejected") throw ended.reason;
      return { ...sum, skipped: source.skippedRows?.() ?? 0, unsent: sent.value };
    },
    health: () => {
      if (outage === undefined) return source.health();
      const seconds = Math.round((clock.now() - outage.sinceMs) / 1000);
      return { ...source.health(), ok: false, detail: `events wait since ${seconds} s: ${outage.message}` };
    },
    queuedBytes: () => queuedBytes(),
  };
}

const recordOf = ({ kind, event }: SourcedEvent, topics: Topics): OutRecord => ({
  topic: topics[kind],
  key: partitionKey(event),
  value: encodeEvent(event),
});

function countByKind(events: readonly SourcedEvent[]): Record<EventKind, number> {
  const gpu = events.filter(({ kind }) => kind === "gpu").length;
  return { gpu, token: events.length - gpu };
}
