import type { ConsumeOptions, RecordBatch } from "../../port.ts";
import type { DecodedRecord } from "../wire/decode-records.ts";
import type { FetchedPartition } from "../wire/fetch.ts";
import { readable } from "./readable.ts";

export type LaneEvents = {
  /** More of it is done, or there is room for more. */
  readonly moved: () => void;
  /** The handler failed though nobody had told it to give up. */
  readonly failed: (error: unknown) => void;
};

/**
 * One partition in the hands of one consumer, for one generation of its group: what was fetched and not handed out, the
 * batch that is being handled, and how far everything is done.
 */
export class ConsumeLane {
  readonly origin: string;
  #records: DecodedRecord[] = [];
  #head = 0;
  #bytes = 0;
  #runningBytes = 0;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #closed = false;
  #revoked = false;
  #endOffset = 0;
  /** Next record to ask the broker for. */
  fetchOffset: number;
  /** Everything before it is done. */
  doneOffset: number;
  /** Not to be asked for before this moment, ms since the epoch. */
  restUntilMs = 0;
  failures = 0;

  constructor(
    readonly topic: string,
    readonly topicId: string,
    readonly partition: number,
    offset: number,
    private readonly options: Pick<ConsumeOptions, "onBatch" | "maxBatchBytes" | "maxBatchRecords">,
    private readonly events: LaneEvents,
    /** A handler of an earlier generation that did not give up in time. */
    private readonly before: Promise<void> | undefined,
  ) {
    this.origin = `${topicId}/${topic}/${partition}`;
    this.fetchOffset = offset;
    this.doneOffset = offset;
  }

  /** Fetched and not handed out. */
  get bufferedBytes(): number {
    return this.#bytes;
  }
  /** Fetched and not done. */
  get heldBytes(): number {
    return this.#bytes + this.#runningBytes;
  }
  /** The handler that is at work, to wait for. */
  get running(): Promise<void> | undefined {
    return this.#running?.done;
  }

  /**
   * Takes what a fetch brought, and leaves for another fetch what lies behind the batch with which it passes `maxBytes`.
   * Throws Unreadable when it is damaged. Answers with how many bytes it took, unpacked.
   */
  accept(part: FetchedPartition, maxBytes: number): number {
    if (this.#closed) return 0;
    const { records, bytes, nextOffset } = readable(part, this.fetchOffset, maxBytes);
    const left = this.#records.length - this.#head;
    this.#records = left === 0 ? records : this.#records.slice(this.#head).concat(records);
    this.#head = 0;
    this.#bytes += bytes;
    this.#endOffset = part.highWatermark;
    this.fetchOffset = nextOffset;
    this.failures = 0;
    this.#next();
    return bytes;
  }

  /** Goes on somewhere else: what lies between is not there. */
  jump(offset: number): void {
    this.fetchOffset = offset;
    this.#next();
  }

  /** Hands out nothing more; a running batch ends normally. */
  close(): void {
    this.#closed = true;
  }

  /** Tells the running batch to give up. With `revoked`, what it still does no longer counts. */
  abort(revoked: boolean): void {
    this.#closed = true;
    this.#revoked ||= revoked;
    this.#running?.abort.abort(new DOMException("the partition was taken away", "AbortError"));
  }

  #next(): void {
    if (this.#closed || this.#running) return;
    const batch = this.#take();
    if (!batch) {
      // Whatever lies between the records, such as markers of transactions, is done as well.
      if (this.doneOffset !== this.fetchOffset) {
        this.doneOffset = this.fetchOffset;
        this.events.moved();
      }
      return;
    }
    const abort = new AbortController();
    const done = this.#handle(batch, abort.signal);
    this.#running = { abort, done };
  }

  async #handle(batch: RecordBatch, signal: AbortSignal): Promise<void> {
    const behind = batch.records.at(-1)!.offset + 1;
    try {
      if (this.before) await this.before;
      if (!signal.aborted) {
        await this.options.onBatch(batch, signal);
        if (!this.#revoked) this.doneOffset = behind;
      }
    } catch (error) {
      if (!signal.aborted) this.events.failed(error);
      this.#closed = true;
    }
    this.#running = undefined;
    this.#runningBytes = 0;
    this.events.moved();
    this.#next();
  }

  #take(): RecordBatch | undefined {
    const { maxBatchBytes, maxBatchRecords } = this.options;
    const records = this.#records;
    let end = this.#head;
    let bytes = 0;
    while (end < records.length && end - this.#head < maxBatchRecords) {
      const size = records[end]!.bytes;
      if (end > this.#head && bytes + size > maxBatchBytes) break;
      bytes += size;
      end++;
    }
    if (end === this.#head) return undefined;
    const taken = this.#head === 0 && end === records.length ? records : records.slice(this.#head, end);
    this.#head = end;
    this.#bytes -= bytes;
    this.#runningBytes = bytes;
    if (end === records.length) {
      this.#records = [];
      this.#head = 0;
    }
    const { topic, partition, origin } = this;
    return { topic, partition, origin, records: taken, endOffset: this.#endOffset };
  }
}
