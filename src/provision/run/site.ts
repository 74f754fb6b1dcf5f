import { randomBytes } from "node:crypto";
import type { Clock } from "../../support/clock.ts";
import { Ca3Error, isOutage } from "../../support/errors.ts";
import type { Cloud } from "../cloud.ts";
import { nothingSeen, type Seen } from "../model.ts";
import { onlyCluster } from "../plan/plan.ts";
import { tag } from "../tags.ts";
import type { Report } from "./progress.ts";

/** How long something that was made may stay out of sight: answers of EC2 are not immediately consistent. */
const APPEARS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 1_000;
/** Attempts of a call that creates, each after a look whether the one before had been carried out. */
const ATTEMPTS = 4;

export type SiteParts = {
  readonly cloud: Cloud;
  readonly cluster: string;
  readonly clock: Clock;
  readonly report: Report;
  /** Ctrl-C: the call under way ends, and no other is begun. */
  readonly signal: AbortSignal;
  /** Which of several clusters of this name. */
  readonly uid?: string | undefined;
};

/** One run on one cluster: what is there, as far as it is known, and the means to change it. */
export class Site {
  seen: Seen = nothingSeen;
  /** Set as soon as there is a VPC. */
  uid: string | undefined;
  /** Random: a call that is repeated within this run is the same call, and in no other. */
  readonly run = randomBytes(8).toString("hex");

  constructor(readonly parts: SiteParts) {
    this.uid = parts.uid;
  }
  get cloud(): Cloud {
    return this.parts.cloud;
  }
  get clock(): Clock {
    return this.parts.clock;
  }

  async refresh(): Promise<Seen> {
    const { cloud, cluster } = this.parts;
    this.seen = onlyCluster(cluster, await cloud.observe(cluster), this.uid);
    this.uid ??= this.seen.vpcs[0]?.tags[tag.uid];
    return this.seen;
  }

  /** Throws CA3_INTERRUPTED when the run is to end. Called before every change. */
  goOn(): void {
    if (this.parts.signal.aborted)
      throw new Ca3Error("CA3_INTERRUPTED", "stopped; what exists is listed below", {
        hint: "run the same command again",
      });
  }

  /**
   * What `find` sees, made when it is not there. When the answer of the call is lost, a look at the tags tells whether it
   * was carried out, so that nothing is made twice.
   */
  async ensure<K extends keyof Seen>(
    kind: K,
    find: (seen: Seen) => Seen[K][number] | undefined,
    name: { readonly component: string; readonly name: string },
    create: () => Promise<Seen[K][number]>,
  ): Promise<Seen[K][number]> {
    const there = find(this.seen);
    if (there !== undefined) return there;
    for (let attempt = 1; ; attempt++) {
      this.goOn();
      let made: Seen[K][number] | undefined;
      try {
        made = await create();
        this.seen = { ...this.seen, [kind]: [...this.seen[kind], made] };
      } catch (error) {
        if (!isOutage(error) || attempt === ATTEMPTS) throw error;
        made = await this.appears(find, APPEARS_WITHIN_MS);
      }
      if (made === undefined) continue;
      this.parts.report({ type: "resource.created", ...name, id: made.id });
      return made;
    }
  }

  /** Looks again and again until `find` sees it. */
  async appears<T>(find: (seen: Seen) => T | undefined, withinMs: number): Promise<T | undefined> {
    const untilMs = this.clock.now() + withinMs;
    for (;;) {
      const found = find(await this.refresh());
      if (found !== undefined || this.clock.now() >= untilMs) return found;
      await this.clock.sleep(LOOK_EVERY_MS, this.parts.signal);
      this.goOn();
    }
  }
}
