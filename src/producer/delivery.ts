import type { OutRecord } from "../eventlog/port.ts";
import { Bell } from "../support/bell.ts";
import type { Clock } from "../support/clock.ts";
import type { Ca3Error } from "../support/errors.ts";
import { isOutage } from "../support/errors.ts";
import type { BackoffPolicy } from "../support/retry.ts";
import { backoffMs } from "../support/retry.ts";

export type DeliveryLimits = {
  /** Records in one append at most. */
  readonly maxRecords: number;
  /** Bytes of values in one append at most; a single larger record still goes, alone. */
  readonly maxBytes: number;
  /** How long the first record of an append waits for others. */
  readonly lingerMs: number;
  /** Bytes read and not yet acknowledged, beyond which the source has to wait. */
  readonly queueBytes: number;
};

export type DeliveryOptions = {
  readonly append: (records: readonly OutRecord[]) => Promise<void>;
  readonly limits: DeliveryLimits;
  readonly clock: Clock;
  /** After this an outage is no longer waited out; what is unsent then stays uncovered by any checkpoint. */
  readonly giveUp: AbortSignal;
  /** The records are durable. `checkpoint` covers everything acknowledged, when a mark was reached. */
  readonly onAcknowledged: (records: readonly OutRecord[], tookMs: number, checkpoint?: string) => void;
  /** The log is away; the same records are sent again. */
  readonly onOutage: (records: readonly OutRecord[], error: Ca3Error) => void;
  readonly random?: () => number;
};

export type Delivery = {
  /** Queues a record. A promise comes back when the queue is full: wait for it before the next one. */
  push(record: OutRecord): Promise<void> | undefined;
  /** What was pushed so far is covered by this checkpoint as soon as it is acknowledged. */
  mark(checkpoint: string): void;
  /** Nothing more will be pushed. */
  end(): void;
  /**
   * Sends until `end` was called and everything is acknowledged; answers with the number of records given up on. An
   * error that is no outage rejects, and then nothing more is sent.
   */
  run(): Promise<number>;
  queuedBytes(): number;
};

type Entry = { readonly record: OutRecord; acknowledged: boolean; checkpoint?: string };

const BACKOFF: BackoffPolicy = { firstMs: 100, maxMs: 10_000 };

/**
 * Carries the records of one source into the log: in order, in batches, again and again while the log is away. Only
 * what was acknowledged moves the checkpoint, so a crash at any point sends at most some whole batches twice.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { limits, clock, giveUp } = options;
  const arrived = new Bell();
  const room = new Bell();
  const queue: Entry[] = [];
  let queuedBytes = 0;
  let newest: Entry | undefined;
  let waitingBytes = 0;
  let ended = false;
  let stopped = false;
  let stopLinger: (() => void) | undefined;

  const isFull = () => queue.length >= limits.maxRecords || waitingBytes >= limits.maxBytes;

  const linger = async (): Promise<void> => {
    if (limits.lingerMs === 0 || ended || isFull()) return;
    const pause = new AbortController();
    stopLinger = () => pause.abort();
    await clock.sleep(limits.lingerMs, pause.signal);
    stopLinger = undefined;
  };

  const take = (): Entry[] => {
    let bytes = queue[0]!.record.value.byteLength;
    let count = 1;
    while (count < queue.length && count < limits.maxRecords) {
      bytes += queue[count]!.record.value.byteLength;
      if (bytes > limits.maxBytes) break;
      count++;
    }
    const taken = queue.splice(0, count);
    waitingBytes -= sizeOf(taken);
    return taken;
  };

  /** False when it was given up. */
  const send = async (records: readonly OutRecord[]): Promise<boolean> => {
    for (let attempt = 0; ; attempt++) {
      try {
        await options.append(records);
        return true;
      } catch (error) {
        if (!isOutage(error)) throw error;
        options.onOutage(records, error);
        await clock.sleep(backoffMs(attempt, BACKOFF, options.random), giveUp);
        if (giveUp.aborted) return false;
      }
    }
  };

  const acknowledge = (entries: readonly Entry[], records: readonly OutRecord[], tookMs: number): void => {
    for (const entry of entries) entry.acknowledged = true;
    queuedBytes -= sizeOf(entries);
    if (queuedBytes < limits.queueBytes) room.ring();
    options.onAcknowledged(
      records,
      tookMs,
      entries.findLast((entry) => entry.checkpoint !== undefined)?.checkpoint,
    );
  };

  const untilRoom = async (): Promise<void> => {
    while (queuedBytes >= limits.queueBytes && !stopped) await room.wait();
  };

  return {
    push: (record) => {
      newest = { record, acknowledged: false };
      queue.push(newest);
      queuedBytes += record.value.byteLength;
      waitingBytes += record.value.byteLength;
      arrived.ring();
      if (isFull()) stopLinger?.();
      return queuedBytes < limits.queueBytes || stopped ? undefined : untilRoom();
    },
    mark: (checkpoint) => {
      if (newest === undefined || newest.acknowledged) options.onAcknowledged([], 0, checkpoint);
      else newest.checkpoint = checkpoint;
    },
    end: () => {
      ended = true;
      arrived.ring();
      stopLinger?.();
    },
    run: async () => {
      try {
        for (;;) {
          if (queue.length === 0) {
            if (ended) return 0;
            await arrived.wait();
            continue;
          }
          await linger();
          const entries = take();
          const records = entries.map(({ record }) => record);
          const sentMs = clock.now();
          if (!(await send(records))) return entries.length + queue.length;
          acknowledge(entries, records, clock.now() - sentMs);
        }
      } finally {
        stopped = true;
        room.ring();
      }
    },
    queuedBytes: () => queuedBytes,
  };
}

const sizeOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { record }) => sum + record.value.byteLength, 0);
