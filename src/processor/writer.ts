import { GarbagePace } from "../support/garbage-pace.ts";
import { nothingSettled, type Work, type WritePorts, writeGroup } from "./group-write.ts";
import type { PersistContext } from "./persist.ts";
import type { BatchPlan } from "./plan.ts";

/** About six thousand events. */
const COLLECT_EVERY_BYTES = 2 * 1024 ** 2;

export type WriterLimits = {
  /** Upper bound of records in one write; a single larger batch still goes. */
  readonly maxRecords: number;
  /** How many writes may run at once. */
  readonly concurrency: number;
  /** See `workPerCollection`. */
  readonly workPerCollection?: number;
};

type Queued = {
  readonly work: Work;
  resolve(work: Work): void;
  reject(error: unknown): void;
  /** Gives up while it is still in the queue. */
  readonly giveUp: () => void;
};

/**
 * Merges what several partitions deliver: whatever queued while the writes before ran goes together, so an idle
 * processor writes at once and a busy one writes in bulk. A write holds one batch per partition at most.
 */
export class Writer {
  readonly #queue: Queued[] = [];
  readonly #pace: GarbagePace;
  #running = 0;
  #due = false;

  constructor(
    private readonly context: PersistContext,
    private readonly ports: WritePorts,
    private readonly limits: WriterLimits,
  ) {
    this.#pace = new GarbagePace(COLLECT_EVERY_BYTES, limits.workPerCollection);
  }

  /**
   * Resolves when everything in the batch is done. Rejects with the signal's reason when the caller stops waiting in
   * the queue or during an outage, or with the error of a step that will not succeed.
   */
  write(plan: BatchPlan, signal: AbortSignal): Promise<Work> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const left = () => reject(signal.reason);
      const work: Work = { plan, signal, left, settled: nothingSettled, rejected: plan.rejected, deltas: [] };
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(queued), 1);
        left();
      };
      const queued: Queued = { work, resolve, reject, giveUp };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#queue.push(queued);
      this.#wake();
    });
  }

  /** Starts a little later, so that batches that arrive in the same turn of the event loop go together. */
  #wake(): void {
    if (this.#due || this.#queue.length === 0 || this.#running >= this.limits.concurrency) return;
    this.#due = true;
    setImmediate(() => {
      this.#due = false;
      while (this.#queue.length > 0 && this.#running < this.limits.concurrency) void this.#run(this.#take());
    });
  }

  #take(): Queued[] {
    const group: Queued[] = [];
    const origins = new Set<string>();
    let records = 0;
    for (let at = 0; at < this.#queue.length; ) {
      const one = this.#queue[at]!;
      const { origin, records: more } = one.work.plan.batch;
      if (group.length > 0 && records + more.length > this.limits.maxRecords) break;
      if (origins.has(origin)) {
        at++;
        continue;
      }
      origins.add(origin);
      records += more.length;
      group.push(one);
      one.work.signal.removeEventListener("abort", one.giveUp);
      this.#queue.splice(at, 1);
    }
    return group;
  }

  async #run(group: readonly Queued[]): Promise<void> {
    this.#running++;
    const size = group.reduce((sum, { work }) => sum + work.plan.batch.records.length, 0);
    this.context.meters.observe("processor_batch_records", {}, size);
    try {
      const done = new Set(
        await writeGroup(
          this.context,
          this.ports,
          group.map(({ work }) => work),
        ),
      );
      for (const { work, resolve } of group) if (done.has(work)) resolve(work);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#running--;
      this.#pace.worked(group.reduce((sum, { work }) => sum + work.plan.bytes, 0));
      this.#wake();
    }
  }
}
