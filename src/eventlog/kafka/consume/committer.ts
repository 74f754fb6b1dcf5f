import { Bell } from "../../../support/bell.ts";
import { backoffMs } from "../../../support/retry.ts";
import { classOf } from "../transport/failures.ts";
import type { Membership } from "../wire/group.ts";
import type { ConsumeLane } from "./lane.ts";
import type { GroupMember } from "./membership.ts";
import type { ConsumerContext } from "./options.ts";

const rest = { firstMs: 100, maxMs: 1_000 };
/** How long the last commit may be tried while others wait for this member. */
const LAST_TRIES_MS = 3_000;

/** Commits what is done, all partitions together, one request at a time; what becomes done meanwhile goes with the next. */
export class Committer {
  readonly #committed = new Map<ConsumeLane, number>();
  readonly #due = new Bell();
  readonly #loop: Promise<void>;
  #ended = false;

  constructor(
    private readonly member: GroupMember,
    private readonly membership: Membership,
    private readonly lanes: readonly ConsumeLane[],
    private readonly context: ConsumerContext,
    /** A commit was refused; the session has to end. */
    private readonly refused: (error: unknown) => void,
  ) {
    for (const lane of lanes) this.#committed.set(lane, lane.doneOffset);
    this.#loop = this.#run();
  }

  /** Something more is done. */
  due(): void {
    this.#due.ring();
  }

  /** Stops, after a last commit when the membership still holds; rejects when that does not work. */
  async end(holds: boolean): Promise<void> {
    this.#ended = true;
    this.#due.ring();
    await this.#loop;
    if (!holds) return;
    const deadlineMs = this.context.clock.now() + LAST_TRIES_MS;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#commit();
      } catch (error) {
        const passing = classOf(error) === "network" || classOf(error) === "moved";
        if (!passing || this.context.clock.now() > deadlineMs) throw error;
        await this.context.clock.sleep(backoffMs(attempt, rest));
      }
    }
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#ended; ) {
      await this.#due.wait();
      if (this.#ended) return;
      try {
        await this.#commit();
        failures = 0;
        await this.context.clock.sleep(this.context.tuning.commitMs);
      } catch (error) {
        this.refused(error);
        this.#due.ring();
        await this.context.clock.sleep(backoffMs(failures++, rest));
      }
    }
  }

  async #commit(): Promise<void> {
    const moved = this.lanes.filter((lane) => lane.doneOffset !== this.#committed.get(lane));
    if (moved.length === 0) return;
    const offsets = moved.map(({ topic, partition, doneOffset, topicId }) => {
      return { topic, partition, offset: doneOffset, note: topicId };
    });
    await this.member.commit(this.membership, offsets);
    for (const [at, lane] of moved.entries()) this.#committed.set(lane, offsets[at]!.offset);
  }
}
