import { backoffMs } from "../../../support/retry.ts";
import type { ConsumeOptions, LogConsumer } from "../../port.ts";
import type { KafkaClient } from "../transport/client.ts";
import { classOf, NetworkError } from "../transport/failures.ts";
import { GroupMember } from "./membership.ts";
import type { ConsumerContext } from "./options.ts";
import { Session, type SessionEnd } from "./session.ts";

export type ConsumerParts = {
  /** Of this consumer alone; closed by it. */
  readonly client: KafkaClient;
  readonly context: ConsumerContext;
  readonly options: ConsumeOptions;
  /** Puts an error of Kafka into words. */
  readonly explain: (error: unknown) => unknown;
};

const rest = { firstMs: 100, maxMs: 2_000 };

/** A member of a group from its first join to its end, through all changes of the group. */
export class GroupConsumer implements LogConsumer {
  readonly #member: GroupMember;
  readonly #stragglers = new Map<string, Promise<void>>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #joined = Promise.withResolvers<void>();
  readonly #stop = Promise.withResolvers<"stop">();
  #stopping = false;
  #session: Session | undefined;

  constructor(private readonly parts: ConsumerParts) {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = parts.context.tuning;
    const { group, topics } = parts.options;
    this.#member = new GroupMember(parts.client, { group, topics, sessionTimeoutMs, rebalanceTimeoutMs });
    for (const { promise } of [this.#ended, this.#joined]) promise.catch(() => {}); // seen by whoever awaits them
    void this.#run();
  }

  get done(): Promise<void> {
    return this.#ended.promise;
  }
  /** Resolves when the first partitions were given out; rejects when the consumer ends before. */
  get joined(): Promise<void> {
    return this.#joined.promise;
  }
  assignment(): readonly { readonly topic: string; readonly partition: number }[] {
    return (this.#session?.lanes ?? []).map(({ topic, partition }) => ({ topic, partition }));
  }
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stop.resolve("stop");
    this.#session?.end({ kind: "stop" });
    await this.done.catch(() => {});
  }
  /** Ends at once: nothing more is committed. */
  drop(): void {
    this.#stopping = true;
    this.parts.client.close();
    this.#finish();
  }

  async #run(): Promise<void> {
    const { clock, tuning, logger } = this.parts.context;
    let wellMs = clock.now();
    for (let failures = 0; !this.#stopping; ) {
      try {
        const why = await this.#generation();
        if (why === undefined || why.kind === "stop") break;
        if (why.kind === "handler") return this.#finish(why);
        if (why.kind === "failed") throw why.error;
        wellMs = clock.now();
        failures = 0;
      } catch (error) {
        const passing = classOf(error) === "network" || classOf(error) === "moved";
        if (!passing || clock.now() - wellMs > tuning.sessionTimeoutMs)
          return this.#finish({ error: this.parts.explain(error) });
        logger.debug("Joining the group again.", { error, failures });
        await Promise.race([clock.sleep(backoffMs(failures++, rest)), this.#stop.promise]);
      }
    }
    this.#finish();
  }

  /** From joining to the end of the session; undefined when it was stopped before it had begun. */
  async #generation(): Promise<SessionEnd | undefined> {
    const { client, context, options } = this.parts;
    await client.refresh(options.topics);
    for (const topic of options.topics)
      if (!client.known(topic)) throw new NetworkError(`the topic ${topic} is not there`);
    const begun = await Promise.race([this.#begin(), this.#stop.promise]);
    if (begun === "stop") {
      await this.#leave(true);
      return undefined;
    }
    this.#session = begun;
    if (this.#stopping) begun.end({ kind: "stop" });
    const { group } = options;
    context.logger.debug("Joined the group.", { group, partitions: this.assignment().length });
    this.#joined.resolve();
    try {
      return await begun.run();
    } finally {
      this.#session = undefined;
      if (this.#stopping) await this.#leave();
    }
  }

  async #begin(): Promise<Session> {
    const { client, context, options } = this.parts;
    const { membership, places } = await this.#member.join();
    for (const { topic } of places) if (!client.known(topic)) await client.refresh(options.topics);
    const stragglers = this.#stragglers;
    const parts = { client, member: this.#member, membership, context, options, stragglers };
    const session = await Session.begin(parts, places);
    if (!this.#stopping) return session;
    session.end({ kind: "stop" });
    await session.run();
    throw new NetworkError("the consumer was stopped");
  }

  async #leave(joining = false): Promise<void> {
    await this.#member.leave(joining).catch((error: unknown) => {
      this.parts.context.logger.debug("Leaving the group did not work.", { error });
    });
  }

  #finish(failure?: { readonly error: unknown }): void {
    const end = () => {
      this.parts.client.close();
      if (!failure) {
        this.#ended.resolve();
        this.#joined.reject(new NetworkError("the consumer was stopped before it had joined"));
        return;
      }
      this.#ended.reject(failure.error);
      this.#joined.reject(failure.error);
    };
    if (failure) void this.#leave().then(end);
    else end();
  }
}
