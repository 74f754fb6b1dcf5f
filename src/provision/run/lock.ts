import { Ca3Error, isOutage } from "../../support/errors.ts";
import type { SeenGroup } from "../model.ts";
import { failureOfCause } from "../resources/outcome.ts";
import { tag, tagsFor } from "../tags.ts";
import type { Site } from "./site.ts";

/** Who changes the cluster, as the tags of the lock say. */
export type Holder = {
  readonly by: string;
  readonly command: string;
  readonly sinceMs: number;
  readonly expiresMs: number;
};

const lockTag = {
  by: "ca3:lock-by",
  command: "ca3:lock-command",
  since: "ca3:lock-since",
  expires: "ca3:lock-expires",
};
/** A run that was killed leaves its lock; it counts no more after this. */
const HELD_MS = 30 * 60_000;
const RENEW_MS = 10 * 60_000;
const LOOK_EVERY_MS = 3_000;

/** The security group that is the lock, when there is one. */
export const lockOf = (groups: readonly SeenGroup[]): SeenGroup | undefined =>
  groups.find(({ tags }) => tags[tag.component] === "lock");

/** Who holds a lock, by its tags; what is missing there counts as unknown and long ago. */
export function holderOf({ tags }: SeenGroup): Holder {
  const ms = (name: string) => Date.parse(tags[name] ?? "") || 0;
  return {
    by: tags[lockTag.by] ?? "somebody",
    command: tags[lockTag.command] ?? "",
    sinceMs: ms(lockTag.since),
    expiresMs: ms(lockTag.expires),
  };
}

/** The lock has just been freed, or is not to be seen yet. */
const NOBODY: Holder = {
  by: "another run",
  command: "unknown",
  sinceMs: 0,
  expiresMs: Number.POSITIVE_INFINITY,
};

export type LockOptions = {
  /** `user@host:pid`. */
  readonly by: string;
  readonly command: string;
  readonly waitMs: number;
  readonly onWait?: (holder: Holder) => void;
};

/**
 * Holds the cluster while `work` runs. The lock is a security group: its name can exist once in a VPC, so AWS itself
 * decides who gets it. Throws CA3_LOCKED with the name of who has it. It is freed however `work` ends.
 */
export async function withLock<T>(
  site: Site,
  vpcId: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const id = await take(site, vpcId, options);
  const ended = new AbortController();
  const renewing = renew(site, id, ended.signal);
  try {
    return await work();
  } finally {
    ended.abort();
    await renewing;
    await site.cloud.deleteGroup(id).catch(() => {});
  }
}

async function take(site: Site, vpcId: string, options: LockOptions): Promise<string> {
  const { cloud, clock } = site;
  const { cluster } = site.parts;
  const untilMs = clock.now() + options.waitMs;
  const owner = { cluster, uid: site.uid ?? "", extra: {} };
  for (;;) {
    site.goOn();
    const now = clock.now();
    const tags = tagsFor(owner, "lock", {
      [lockTag.by]: options.by,
      [lockTag.command]: options.command,
      [lockTag.since]: new Date(now).toISOString(),
      [lockTag.expires]: new Date(now + HELD_MS).toISOString(),
    });
    try {
      const description = "held while ca3 changes the cluster";
      return (await cloud.createGroup(vpcId, `ca3-${cluster}-lock`, description, tags)).id;
    } catch (error) {
      if (failureOfCause(error) !== "InvalidGroup.Duplicate" && !isOutage(error)) throw error;
    }
    const held = lockOf((await site.refresh()).groups);
    const holder = held ? holderOf(held) : NOBODY;
    if (held !== undefined && (holder.expiresMs < now || isOwn(holder, options))) {
      await cloud.deleteGroup(held.id);
      continue;
    }
    if (now >= untilMs)
      throw new Ca3Error("CA3_LOCKED", `${describeHolder(holder)} changes ${cluster} now`, {
        hint: "wait with --lock-wait 10m; if that run was killed, ca3 unlock",
      });
    options.onWait?.(holder);
    await clock.sleep(LOOK_EVERY_MS, site.parts.signal);
  }
}

/** Of this very process: a call whose answer was lost. `by` ends with the process id. */
const isOwn = (holder: Holder, { by }: LockOptions) => holder.by === by;

/** Who it is, with which command, and since when, for a message. */
export const describeHolder = ({ by, command, sinceMs }: Holder): string =>
  `${by} (${command}, since ${new Date(sinceMs).toISOString().slice(0, 16).replace("T", " ")} UTC)`;

async function renew(site: Site, id: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await site.clock.sleep(RENEW_MS, ended);
    if (ended.aborted) return;
    const expires = new Date(site.clock.now() + HELD_MS).toISOString();
    await site.cloud.setTags([id], { [lockTag.expires]: expires }).catch(() => {});
  }
}
