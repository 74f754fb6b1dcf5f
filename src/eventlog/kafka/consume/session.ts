import { backoffMs } from "../../../support/retry.ts";
import type { ConsumeOptions } from "../../port.ts";
import type { KafkaClient } from "../transport/client.ts";
import { classOf, NetworkError } from "../transport/failures.ts";
import { isKafkaError } from "../transport/kafka-error.ts";
import type { Membership } from "../wire/group.ts";
import type { Place } from "../wire/member-data.ts";
import { Committer } from "./committer.ts";
import { Fetcher } from "./fetcher.ts";
import { ConsumeLane } from "./lane.ts";
import type { GroupMember } from "./membership.ts";
import type { ConsumerContext } from "./options.ts";
import { settledWithin } from "./settled-within.ts";
import { startingOffsets } from "./starting-offsets.ts";

/**
 * Why a session is over: the group changes, the group has dropped this member, the owner stops it,
 * it cannot go on, or a handler has failed.
 */
export type SessionEnd =
  | { readonly kind: "rebalance" | "lost" | "stop" }
  | { readonly kind: "failed" | "handler"; readonly error: unknown };

export type SessionParts = {
  readonly client: KafkaClient;
  readonly member: GroupMember;
  readonly membership: Membership;
  readonly context: ConsumerContext;
  readonly options: ConsumeOptions;
  /** Handlers of earlier sessions that are still at work, by `topic/partition`. */
  readonly stragglers: Map<string, Promise<void>>;
};

const rest = { firstMs: 100, maxMs: 1_000 };
const placeName = ({ topic, partition }: Place) => `${topic}/${partition}`;

/** What a member does with its partitions in one generation of its group. */
export class Session {
  readonly lanes: readonly ConsumeLane[];
  readonly #committer: Committer;
  readonly #fetcher: Fetcher;
  readonly #end = Promise.withResolvers<SessionEnd>();
  readonly #over = new AbortController();
  #answeredMs: number;
  #refreshing = false;

  static async begin(parts: SessionParts, places: readonly Place[]): Promise<Session> {
    const offsets = await startingOffsets(parts.client, parts.member, places);
    return new Session(parts, places, offsets);
  }

  private constructor(
    private readonly parts: SessionParts,
    places: readonly Place[],
    offsets: ReadonlyMap<string, number>,
  ) {
    const { client, member, membership, context, options, stragglers } = parts;
    const moved = () => {
      this.#committer.due();
      this.#fetcher.wake();
    };
    const failed = (error: unknown) => this.end({ kind: "failed", error });
    this.lanes = places.map((place) => {
      const id = client.known(place.topic)?.id ?? "";
      const name = placeName(place);
      const before = stragglers.get(name);
      const offset = offsets.get(name)!;
      const events = { moved, failed: (error: unknown) => this.end({ kind: "handler", error }) };
      return new ConsumeLane(place.topic, id, place.partition, offset, options, events, before);
    });
    this.#committer = new Committer(member, membership, this.lanes, context, (error) => this.#refused(error));
    this.#fetcher = new Fetcher(client, this.lanes, context, options.maxBatchBytes, {
      stale: () => void this.#refresh(),
      failed,
    });
    this.#answeredMs = context.clock.now();
    void this.#beat();
    void this.#watch();
    this.#fetcher.wake();
  }

  end(why: SessionEnd): void {
    this.#end.resolve(why);
  }

  /** Resolves when the session is over, its handlers have ended and what is done is committed. */
  async run(): Promise<SessionEnd> {
    const { handoverMs, drainMs } = this.parts.context.tuning;
    const why = await this.#end.promise;
    this.#fetcher.end();
    for (const lane of this.lanes) lane.close();
    const running = this.lanes.flatMap(({ running }) => running ?? []);
    const ended = Promise.all(running);
    if (why.kind === "rebalance") await settledWithin(ended, drainMs);
    for (const lane of this.lanes) lane.abort(why.kind === "rebalance" || why.kind === "lost");
    if (why.kind === "stop" || why.kind === "handler") await ended;
    else await settledWithin(ended, handoverMs);
    for (const lane of this.lanes)
      if (lane.running) this.parts.stragglers.set(placeName(lane), lane.running);
      else this.parts.stragglers.delete(placeName(lane));
    await this.#committer.end(why.kind !== "lost").catch((error: unknown) => {
      this.parts.context.logger.warn("The last commit did not work; some records come again.", { error });
    });
    this.#over.abort();
    return why;
  }

  /** Keeps the membership alive, until everything has ended. */
  async #beat(): Promise<void> {
    const { clock, tuning } = this.parts.context;
    for (let failures = 0; !this.#over.signal.aborted; ) {
      await clock.sleep(failures === 0 ? tuning.heartbeatMs : backoffMs(failures, rest), this.#over.signal);
      if (this.#over.signal.aborted) return;
      try {
        await this.parts.member.heartbeat(this.parts.membership);
        this.#answeredMs = clock.now();
        failures = 0;
      } catch (error) {
        failures = isKafkaError(error, "REBALANCE_IN_PROGRESS") ? 0 : failures + 1;
        this.#refused(error);
      }
      if (clock.now() - this.#answeredMs > tuning.sessionTimeoutMs)
        this.end({ kind: "failed", error: new NetworkError("the group's coordinator does not answer") });
    }
  }

  /** The coordinator said no, or nothing. */
  #refused(error: unknown): void {
    if (isKafkaError(error, "REBALANCE_IN_PROGRESS")) {
      this.#answeredMs = this.parts.context.clock.now();
      this.end({ kind: "rebalance" });
    } else if (isKafkaError(error, "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID")) {
      if (error.type !== "ILLEGAL_GENERATION") this.parts.member.forgotten();
      this.end({ kind: "lost" });
    } else if (!["network", "moved"].includes(classOf(error))) this.end({ kind: "failed", error });
  }

  /** Looks for new partitions, other leaders, and topics that were created anew. */
  async #watch(): Promise<void> {
    const { clock, tuning } = this.parts.context;
    while (!this.#over.signal.aborted) {
      await clock.sleep(tuning.metadataMs, this.#over.signal);
      if (!this.#over.signal.aborted) await this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    const { client, options } = this.parts;
    const shape = () =>
      options.topics.map((topic) => [client.known(topic)?.id, client.known(topic)?.partitions.length]);
    const before = JSON.stringify(shape());
    try {
      await client.refresh(options.topics);
      if (JSON.stringify(shape()) !== before) this.end({ kind: "rebalance" });
      else this.#fetcher.wake();
    } catch {
      // Whoever needs the answer asks again.
    } finally {
      this.#refreshing = false;
    }
  }
}
