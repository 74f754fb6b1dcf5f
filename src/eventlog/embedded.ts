import { type Clock, systemClock } from "../support/clock.ts";
import { isOutage } from "../support/errors.ts";
import { createWriter } from "./embedded/append.ts";
import { createAppendQueue } from "./embedded/append-queue.ts";
import { openCatalogue } from "./embedded/catalogue.ts";
import { createGroup, type Group, settledWithin } from "./embedded/group.ts";
import { createOffsetTable, openGroupOffsets } from "./embedded/group-offsets.ts";
import { lagOf } from "./embedded/lag.ts";
import { type LogFileOptions, openLogFile } from "./embedded/log-file.ts";
import { createReader } from "./embedded/read.ts";
import { createRetention } from "./embedded/retention.ts";
import { createWatch } from "./embedded/watch.ts";
import type { EventLog, OutRecord, TopicInfo } from "./port.ts";

export type EmbeddedLogOptions = LogFileOptions & {
  /** Only `now` is used: for the time of a record, its age, and what retention deletes. */
  readonly clock?: Clock;
  /** Where records without a key start taking turns; from 0 up to 1. */
  readonly random?: () => number;
  /** How many batches one consumer may be given at once, each of another partition. */
  readonly concurrentBatches?: number;
  /** How often to look for what other processes appended, ms. */
  readonly pollMs?: number;
  /** How often old records are deleted, ms. */
  readonly retentionEveryMs?: number;
  /** How long a consumer may take to give up a batch when its partition goes to another one, or the log closes, ms. */
  readonly handoverMs?: number;
};

/**
 * The log of one machine, in one SQLite file. Several processes may append to it; the members of one consumer group
 * live in one process at a time, and members in another process take over when it has ended. Throws CA3_FILE,
 * CA3_DATA_CORRUPT, CA3_DATA_NEWER or CA3_LOG_UNAVAILABLE when the file cannot be opened.
 */
export function openEmbeddedLog(path: string, options: EmbeddedLogOptions = {}): EventLog {
  const { clock = systemClock, random = Math.random, concurrentBatches = 4 } = options;
  const { pollMs = 200, retentionEveryMs = 60_000, handoverMs = 10_000, ...fileOptions } = options;
  const now = () => clock.now();
  const file = openLogFile(path, fileOptions);
  const groups = new Map<string, Group>();
  const wake = () => {
    for (const group of groups.values()) group.wake();
  };
  const catalogue = openCatalogue(file, wake);
  const reader = createReader(file, catalogue);
  const table = createOffsetTable(file);
  const retention = createRetention(file, catalogue, now);
  const write = createWriter(file, catalogue, now, random);

  const queue = createAppendQueue(async (lists) => {
    file.checkPlace();
    const committed = await file.writePatiently(() => write(lists));
    committed();
    wake();
  });
  const watch = createWatch(() => {
    try {
      catalogue.refresh();
    } catch (error) {
      if (!isOutage(error)) for (const group of groups.values()) group.fail(error);
    }
  }, pollMs);
  const groupOf = (name: string): Group => {
    const found = groups.get(name);
    if (found) return found;
    const lockPath = `${path}.group-${encodeURIComponent(name)}.lock`;
    const openOffsets = () => openGroupOffsets(file, table, name);
    const seat = { catalogue, reader, lockPath, openOffsets, concurrency: concurrentBatches, handoverMs };
    const group = createGroup(seat);
    groups.set(name, group);
    return group;
  };
  let sweepFailure: unknown;
  const sweeper = setInterval(() => {
    retention.sweep().then(
      () => (sweepFailure = undefined),
      (error: unknown) => (sweepFailure = error),
    );
  }, retentionEveryMs);
  sweeper.unref();

  const close = async (): Promise<void> => {
    clearInterval(sweeper);
    const stopped = Promise.all([...groups.values()].map((group) => group.stop()));
    await settledWithin(stopped, handoverMs);
    for (const group of groups.values()) group.abandon();
    await queue.settled();
    file.close();
  };
  let closing: Promise<void> | undefined;

  return {
    async ensureTopics(specs) {
      await file.writePatiently(() => catalogue.ensure(specs));
      catalogue.reload();
      wake();
      await retention.sweep();
    },
    async append(records: readonly OutRecord[]) {
      for (const name of new Set(records.map(({ topic }) => topic))) catalogue.topic(name);
      if (records.length > 0) await queue.append(records);
    },
    async consume(consume) {
      const unwatch = watch.watch();
      try {
        catalogue.refresh();
        const consumer = groupOf(consume.group).join(consume);
        consumer.done.then(unwatch, unwatch);
        return consumer;
      } catch (error) {
        unwatch();
        throw error;
      }
    },
    lag: async (group, topics) =>
      lagOf({ catalogue, reader, table, now }, group, topics, groups.get(group)?.offsets()),
    async topics() {
      catalogue.refresh();
      return catalogue.topics().map(({ name, partitions, retentionMs }): TopicInfo => {
        const records = partitions.reduce((sum, { start, end }) => sum + end - start, 0);
        const bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0);
        const kept = retentionMs === undefined ? {} : { retentionMs };
        return { name, partitions: partitions.length, ...kept, records, bytes };
      });
    },
    async ping() {
      file.checkPlace();
      await file.writePatiently(() => catalogue.refresh());
      if (sweepFailure) throw sweepFailure;
    },
    close: () => (closing ??= close()),
  };
}
