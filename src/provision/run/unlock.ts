import { Ca3Error } from "../../support/errors.ts";
import { formatDuration } from "../../support/format.ts";
import { describeHolder, type Holder, holderOf, lockOf } from "./lock.ts";
import type { Site } from "./site.ts";

/** What this machine knows of the run that holds a lock. */
export type Here = { readonly host: string; readonly isAlive: (pid: number) => boolean };

/** Whether the run that holds the lock can still be at work, and how that is known. */
export type Verdict = { readonly is: "gone" | "alive" | "unknown"; readonly why: string };

/** `user@host:pid`, as a run writes it into its lock. Pure but for the question whether a process lives. */
export function verdictOn({ by, expiresMs }: Holder, { host, isAlive }: Here, nowMs: number): Verdict {
  if (expiresMs < nowMs)
    return {
      is: "gone",
      why: `it was to renew the lock ${formatDuration(nowMs - expiresMs)} ago, and has not`,
    };
  const [, where, pid] = /@(.+):(\d+)$/.exec(by) ?? [];
  if (where !== host) return { is: "unknown", why: `it runs on ${where ?? "another machine"}, not here` };
  return isAlive(Number(pid))
    ? { is: "alive", why: `process ${pid} of this machine is running` }
    : { is: "gone", why: `process ${pid} of this machine no longer exists` };
}

export type HeldLock = { readonly id: string; readonly holder: Holder };

/** The lock of the cluster, if somebody has it. */
export function heldLock(site: Site): HeldLock | undefined {
  const group = lockOf(site.seen.groups);
  return group === undefined ? undefined : { id: group.id, holder: holderOf(group) };
}

/** Takes the lock away, if it is still the one that was looked at. Throws CA3_LOCKED when another run has it by now. */
export async function takeAway(site: Site, { id, holder }: HeldLock): Promise<void> {
  await site.refresh();
  const now = heldLock(site);
  if (now === undefined) return;
  if (now.id !== id)
    throw new Ca3Error(
      "CA3_LOCKED",
      `meanwhile ${describeHolder(now.holder)} has the lock in place of ${holder.by}`,
      {
        hint: "ca3 unlock shows it",
      },
    );
  await site.cloud.deleteGroup(id);
}
