import type { Clock } from "../../../support/clock.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { backoffMs } from "../../../support/retry.ts";
import type { Compression } from "../../kafka-config.ts";
import type { KafkaClient } from "../transport/client.ts";
import { classOf, NetworkError } from "../transport/failures.ts";
import { KafkaError } from "../transport/kafka-error.ts";
import type { BatchRecord } from "../wire/encode-batch.ts";
import { type ProduceBatch, produceRequest } from "../wire/produce.ts";
import type { ProducerId } from "../wire/producer-id.ts";
import { Delivery, piecesOf } from "./delivery.ts";
import { Lane } from "./lane.ts";
import { ProducerIds } from "./producer-ids.ts";

export type SenderOptions = {
  readonly compression: Compression;
  readonly clock: Clock;
  /** How long a record is tried before its caller is told that it did not work, ms. */
  readonly appendTimeoutMs: number;
};

/** Records for one partition. */
export type Load = {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly BatchRecord[];
};

const rest = { firstMs: 50, maxMs: 1_000 };
/** How long a broker may wait for its replicas before it answers that it did not work. */
const SERVER_TIMEOUT_MS = 5_000;
const MAX_REQUEST_BYTES = 8_000_000;
const SPENT = ["OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID", "INVALID_PRODUCER_EPOCH"];
const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

/**
 * Brings records into partitions: idempotent, acknowledged by every in-sync replica, one request per broker at a time.
 * What a broker did not answer is sent again unchanged, also to the next leader, so a lost answer makes no double.
 */
export class Sender {
  readonly #lanes = new Map<string, Lane>();
  readonly #busyNodes = new Set<number>();
  readonly #ids: ProducerIds;
  #refreshing = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: KafkaClient,
    private readonly options: SenderOptions,
  ) {
    this.#ids = new ProducerIds(client);
  }

  /** Resolves when all are durable. Rejects with the last failure when the time is up, or at once when that is final. */
  append(loads: readonly Load[]): Promise<void> {
    if (this.#closed) return Promise.reject(new NetworkError("the connection to Kafka is closed"));
    const delivery = new Delivery();
    const deadlineMs = this.options.clock.now() + this.options.appendTimeoutMs;
    for (const { topic, partition, records } of loads)
      for (const piece of piecesOf(records, delivery, deadlineMs)) this.#lane(topic, partition).add(piece);
    this.#kick();
    return delivery.done;
  }

  /** Whoever waits is told; nothing more is sent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const lane of this.#lanes.values())
      lane.expire(Number.POSITIVE_INFINITY, () => new NetworkError("the connection to Kafka is closed"));
  }

  #lane(topic: string, partition: number): Lane {
    const name = `${topic}/${partition}`;
    const found = this.#lanes.get(name) ?? new Lane(topic, partition);
    this.#lanes.set(name, found);
    return found;
  }

  /** Starts every request that can be started, and comes back when the next one may. */
  #kick(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const nowMs = this.options.clock.now();
    const byNode = new Map<number, Lane[]>();
    let wakeMs = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) {
      if (lane.busy || !lane.hasWork) continue;
      this.#expire(lane, nowMs);
      if (!lane.hasWork) continue;
      wakeMs = Math.min(wakeMs, lane.deadlineMs);
      if (lane.restUntilMs > nowMs) {
        wakeMs = Math.min(wakeMs, lane.restUntilMs);
        continue;
      }
      const leader = this.#leaderOf(lane);
      if (leader === undefined) {
        this.#restLane(lane, new NetworkError(`${lane.topic}/${lane.partition} has no leader`));
        wakeMs = Math.min(wakeMs, lane.restUntilMs);
        this.#refresh();
      } else if (!this.#busyNodes.has(leader)) byNode.set(leader, [...(byNode.get(leader) ?? []), lane]);
    }
    for (const [node, lanes] of byNode) void this.#request(node, lanes);
    if (Number.isFinite(wakeMs)) this.#timer = setTimeout(() => this.#kick(), Math.max(1, wakeMs - nowMs));
  }

  async #request(node: number, lanes: readonly Lane[]): Promise<void> {
    this.#busyNodes.add(node);
    for (const lane of lanes) lane.busy = true;
    let sent: readonly Lane[] = lanes;
    try {
      const id = await this.#ids.current();
      const batches = this.#load(lanes, id);
      sent = [...batches.keys()];
      const answers = batches.size === 0 ? [] : await this.client.send(node, this.#produce(batches));
      for (const lane of sent) {
        const answer = answers.find((one) => one.topic === lane.topic && one.partition === lane.partition);
        if (answer?.errorCode === 0) lane.done();
        else this.#failed(lane, new KafkaError(answer?.errorCode ?? -1, lane.topic));
      }
    } catch (error) {
      for (const lane of sent) this.#failed(lane, error);
    }
    this.#busyNodes.delete(node);
    for (const lane of lanes) lane.busy = false;
    this.#kick();
  }

  #load(lanes: readonly Lane[], id: ProducerId): Map<Lane, Buffer> {
    const { compression, clock } = this.options;
    const batches = new Map<Lane, Buffer>();
    let bytes = 0;
    for (const lane of lanes) {
      if (bytes > MAX_REQUEST_BYTES) break;
      const batch = lane.load(id, compression, clock.now());
      if (batch) batches.set(lane, batch);
      bytes += batch?.length ?? 0;
    }
    return batches;
  }

  #produce(batches: ReadonlyMap<Lane, Buffer>) {
    const parts = [...batches].map(
      ([{ topic, partition }, batch]): ProduceBatch => ({ topic, partition, batch }),
    );
    return produceRequest(parts, SERVER_TIMEOUT_MS);
  }

  #failed(lane: Lane, error: unknown): void {
    const type = error instanceof KafkaError ? error.type : "";
    const kind = classOf(error);
    if (type === "DUPLICATE_SEQUENCE_NUMBER") lane.done();
    else if (TOO_LARGE.includes(type)) {
      if (!lane.tooLarge()) lane.refused(tooLarge(lane.topic));
    } else if (SPENT.includes(type)) {
      const spent = lane.startAnew();
      if (spent) this.#ids.renew(spent);
      this.#restLane(lane, error);
    } else if (kind === "network" || kind === "moved") {
      this.#restLane(lane, error);
      this.#refresh();
    } else lane.refused(error);
  }

  #restLane(lane: Lane, failure: unknown): void {
    lane.lastFailure = failure;
    lane.restUntilMs = this.options.clock.now() + backoffMs(lane.failures++, rest);
  }

  #expire(lane: Lane, nowMs: number): void {
    const spent = lane.expire(nowMs, () => lane.lastFailure ?? new NetworkError("no broker has answered"));
    if (spent) this.#ids.renew(spent);
  }

  #leaderOf({ topic, partition }: Lane): number | undefined {
    const found = this.client.known(topic)?.partitions.find((one) => one.partition === partition);
    return found && found.leader >= 0 ? found.leader : undefined;
  }

  #refresh(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    const topics = new Set([...this.#lanes.values()].filter(({ hasWork }) => hasWork).map((l) => l.topic));
    const over = () => {
      this.#refreshing = false;
      this.#kick();
    };
    this.client.refresh([...topics]).then(over, (error: unknown) => {
      for (const lane of this.#lanes.values()) if (lane.hasWork) lane.lastFailure = error;
      over();
    });
  }
}

const tooLarge = (topic: string): Ca3Error =>
  new Ca3Error("CA3_RECORD_TOO_LARGE", `a record is larger than ${topic} takes`, {
    hint: "ca3 topics describe",
  });
