import { Bell } from "../../../support/bell.ts";
import { backoffMs } from "../../../support/retry.ts";
import type { KafkaClient } from "../transport/client.ts";
import { classOf } from "../transport/failures.ts";
import { KafkaError, throwIfError } from "../transport/kafka-error.ts";
import { type FetchedPartition, fetchRequest } from "../wire/fetch.ts";
import type { ConsumeLane } from "./lane.ts";
import type { ConsumerContext } from "./options.ts";
import { startAgain } from "./start-again.ts";

const rest = { firstMs: 50, maxMs: 1_000 };
/** When some partitions have no room, the others must not keep them waiting for long. */
const SHORT_WAIT_MS = 10;
/** How far beyond the bound what is unpacked may go, so that a guess that was a little off does not cost a fetch. */
const FURTHER = 2;
/** A guess for the first fetch of how much larger records are than what comes over the wire. */
const FIRST_EXPANSION = 4;

export type FetcherEvents = {
  /** The leaders have to be looked up again. */
  readonly stale: () => void;
  /** Nothing that another try would change. */
  readonly failed: (error: unknown) => void;
};

/** Keeps lanes filled: one fetch per broker at a time, only for partitions with room, within a bound of bytes in all. */
export class Fetcher {
  readonly #nodes = new Set<number>();
  readonly #room = new Map<number, Bell>();
  #expansion = FIRST_EXPANSION;
  #ended = false;

  constructor(
    private readonly client: KafkaClient,
    private readonly lanes: readonly ConsumeLane[],
    private readonly context: ConsumerContext,
    private readonly maxBatchBytes: number,
    private readonly events: FetcherEvents,
  ) {}

  /** Something was handed out, or somebody else leads: looks for what can be fetched now. */
  wake(): void {
    for (const lane of this.lanes) {
      const leader = this.#leaderOf(lane);
      if (leader !== undefined && !this.#nodes.has(leader)) void this.#run(leader);
    }
    for (const bell of this.#room.values()) bell.ring();
  }

  end(): void {
    this.#ended = true;
    for (const bell of this.#room.values()) bell.ring();
  }

  async #run(node: number): Promise<void> {
    this.#nodes.add(node);
    const bell = new Bell();
    this.#room.set(node, bell);
    let failures = 0;
    while (!this.#ended) {
      const own = this.lanes.filter((lane) => this.#leaderOf(lane) === node);
      if (own.length === 0) break;
      const free = this.#freeBytes();
      const nowMs = this.context.clock.now();
      const wanted = own.filter((lane) => this.#hasRoom(lane) && lane.restUntilMs <= nowMs);
      if (wanted.length === 0 || free <= 0) {
        const resting = own.some((lane) => lane.restUntilMs > nowMs);
        await bell.wait(resting ? rest.firstMs : undefined);
        continue;
      }
      try {
        await this.#fetch(node, wanted, wanted.length === own.length, free);
        failures = 0;
      } catch (error) {
        if (this.#ended) break;
        if (!this.#passing(error)) this.events.failed(error);
        this.events.stale();
        await this.context.clock.sleep(backoffMs(failures++, rest));
      }
    }
    this.#nodes.delete(node);
    this.#room.delete(node);
  }

  async #fetch(node: number, wanted: readonly ConsumeLane[], all: boolean, free: number): Promise<void> {
    const { fetchWaitMs, partitionFetchBytes, fetchBytes } = this.context.tuning;
    const maxBytes = Math.min(fetchBytes, Math.max(1, Math.ceil(free / this.#expansion)));
    // The broker fills the answer in the order asked: whoever was served last goes to the end.
    const turn = wanted.toSorted((a, b) => a.bufferedBytes - b.bufferedBytes);
    const targets = turn.map(({ topicId, partition, fetchOffset }) => {
      return { topicId, partition, offset: fetchOffset, maxBytes: Math.min(partitionFetchBytes, maxBytes) };
    });
    const request = fetchRequest(targets, { maxWaitMs: all ? fetchWaitMs : SHORT_WAIT_MS, maxBytes });
    const fetched = await this.client.send(node, request);
    if (this.#ended) return;
    throwIfError(fetched.errorCode);
    let left = free * FURTHER;
    for (const part of fetched.partitions) {
      const lane = wanted.find((one) => one.topicId === part.topicId && one.partition === part.partition);
      if (!lane) continue;
      if (part.errorCode !== 0) await this.#failed(lane, part.errorCode);
      else if (left > 0) left -= this.#accept(lane, part, left);
    }
  }

  #accept(lane: ConsumeLane, part: FetchedPartition, maxBytes: number): number {
    const bytes = lane.accept(part, maxBytes);
    if (bytes > 0) this.#expansion = Math.max(1, this.#expansion * 0.8 + (bytes / part.records.length) * 0.2);
    return bytes;
  }

  async #failed(lane: ConsumeLane, errorCode: number): Promise<void> {
    const error = new KafkaError(errorCode, `${lane.topic}/${lane.partition}`);
    if (error.type === "OFFSET_OUT_OF_RANGE") await startAgain(this.client, lane, this.context.logger);
    else if (!this.#passing(error)) throw error;
    else {
      lane.restUntilMs = this.context.clock.now() + backoffMs(lane.failures++, rest);
      this.events.stale();
    }
  }

  #passing(error: unknown): boolean {
    const kind = classOf(error);
    return kind === "network" || kind === "moved";
  }

  /** One batch waiting besides the one at work is enough. */
  #hasRoom(lane: ConsumeLane): boolean {
    return lane.bufferedBytes < this.maxBatchBytes;
  }
  #freeBytes(): number {
    return this.context.tuning.bufferBytes - this.lanes.reduce((sum, lane) => sum + lane.heldBytes, 0);
  }
  #leaderOf({ topic, partition }: ConsumeLane): number | undefined {
    const found = this.client.known(topic)?.partitions.find((one) => one.partition === partition);
    return found && found.leader >= 0 ? found.leader : undefined;
  }
}
