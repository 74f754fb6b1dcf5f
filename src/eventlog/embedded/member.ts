import { isOutage } from "../../support/errors.ts";
import { backoffMs } from "../../support/retry.ts";
import type { ConsumeOptions, LogConsumer, RecordBatch } from "../port.ts";
import type { Lease } from "./lease.ts";

/** One consumer of a group, as its group sees it. */
export type Member = LogConsumer & {
  readonly topics: ReadonlySet<string>;
  grant(lease: Lease): void;
  /** Takes a partition away; resolves when its running batch has ended, or at once by returning nothing. */
  revoke(lease: Lease): Promise<void> | undefined;
  /** There may be something to read. */
  wake(): void;
  /** Ends as `stop` does; `done` rejects with `error`. */
  fail(error: unknown): void;
};

export type MemberSeat = {
  /** How many batches, of different partitions, may be handled at once. */
  readonly concurrency: number;
  /** Keeps that everything before `lease.position` is done. */
  commit(lease: Lease): void;
  /** Called once nothing runs any more; resolves when the commits are written. */
  leave(member: Member): Promise<void>;
};

const RETRY = { firstMs: 50, maxMs: 2000 };

/** A consumer without partitions; the group grants them. */
export function createMember(options: ConsumeOptions, seat: MemberSeat): Member {
  const leases = new Map<number, Lease>();
  const running = new Set<Promise<void>>();
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => {}); // whoever awaits `done` still sees it
  let reading = true;
  let scheduled = false;
  let failures = 0;

  const wake = (): void => {
    if (scheduled || !reading) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (reading) startBatches();
    });
  };
  /** In turns: whoever was served goes to the end of the map. */
  const startBatches = (): void => {
    for (const lease of [...leases.values()]) {
      if (running.size >= seat.concurrency) return;
      if (lease.running || lease.position >= lease.partition.end) continue;
      const batch = read(lease);
      if (batch === "failed") return;
      if (!batch) continue;
      leases.delete(lease.partition.id);
      leases.set(lease.partition.id, lease);
      start(lease, batch);
    }
  };
  const read = (lease: Lease): RecordBatch | undefined | "failed" => {
    try {
      const batch = lease.cursor.read(lease.position, options);
      failures = 0;
      return batch;
    } catch (error) {
      if (isOutage(error)) setTimeout(wake, backoffMs(failures++, RETRY));
      else void end(error);
      return "failed";
    }
  };
  const start = (lease: Lease, batch: RecordBatch): void => {
    const abort = new AbortController();
    const done = handle(lease, batch, abort.signal).finally(() => {
      lease.running = undefined;
      running.delete(done);
      wake();
    });
    lease.running = { done, abort };
    running.add(done);
  };
  const handle = async (lease: Lease, batch: RecordBatch, signal: AbortSignal): Promise<void> => {
    try {
      await options.onBatch(batch, signal);
      if (lease.revoked) return;
      lease.position = batch.records.at(-1)!.offset + 1;
      seat.commit(lease);
    } catch (error) {
      // A handler that was told to give up has done so; one that failed by itself ends the consumer.
      if (!signal.aborted) void end(error);
    }
  };
  const end = async (error?: unknown): Promise<void> => {
    if (!reading) return;
    reading = false;
    for (const lease of leases.values()) lease.running?.abort.abort();
    await Promise.all(running);
    try {
      await seat.leave(member);
    } catch (failure) {
      error ??= failure;
    }
    if (error === undefined) ended.resolve();
    else ended.reject(error);
  };

  const member: Member = {
    topics: new Set(options.topics),
    done: ended.promise,
    assignment: () =>
      [...leases.values()].map(({ partition }) => ({ topic: partition.topic, partition: partition.number })),
    stop: async () => {
      void end();
      await ended.promise.catch(() => {});
    },
    fail: (error) => void end(error),
    wake,
    grant(lease) {
      leases.set(lease.partition.id, lease);
      wake();
    },
    revoke(lease) {
      lease.revoked = true;
      leases.delete(lease.partition.id);
      lease.running?.abort.abort();
      return lease.running?.done;
    },
  };
  return member;
}
