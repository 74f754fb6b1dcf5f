import { hostname } from "node:os";
import type { PlaceSettings } from "../../provision/config.ts";
import { Site } from "../../provision/run/site.ts";
import { heldLock, takeAway, type Verdict, verdictOn } from "../../provision/run/unlock.ts";
import { checkAccount } from "../../provision/survey.ts";
import { systemClock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import { formatDuration } from "../../support/format.ts";
import { agree } from "../agree.ts";
import type { Context } from "../command.ts";
import { openCloudFor } from "./open.ts";

export type UnlockCommand = { readonly uid: string | undefined; readonly yes: boolean };

/** Shows who holds the cluster, and takes the lock away when that may be done. Answers with the exit code. */
export async function unlockCluster(
  { io, interrupted: signal }: Context,
  settings: PlaceSettings,
  { uid, yes }: UnlockCommand,
): Promise<number> {
  const { name: cluster } = settings;
  const cloud = await openCloudFor(settings);
  try {
    await checkAccount(cloud, settings);
    const site = new Site({ cloud, cluster, clock: systemClock, report: () => {}, signal, uid });
    await site.refresh();
    const held = heldLock(site);
    if (held === undefined) {
      io.note(`nobody holds ${cluster}`);
      return 0;
    }
    const { by, command, sinceMs, expiresMs } = held.holder;
    const now = systemClock.now();
    const verdict = verdictOn(held.holder, { host: hostname(), isAlive }, now);
    io.note(`${cluster} is held by ${by}`);
    io.note(`  with     ${command}`);
    io.note(`  since    ${formatDuration(now - sinceMs)}`);
    io.note(`  renewed  until ${new Date(expiresMs).toISOString().slice(0, 16).replace("T", " ")} UTC`);
    io.note(`  that run is ${words[verdict.is]}: ${verdict.why}`);
    await mayBeTaken(verdict, by, yes, io);
    await takeAway(site, held);
    io.note(`${cluster} is free; the next run resumes where that one stopped`);
    return 0;
  } finally {
    cloud.close();
  }
}

const words: Readonly<Record<Verdict["is"], string>> = {
  ...{ gone: "gone", alive: "active", unknown: "perhaps active" },
};

async function mayBeTaken({ is }: Verdict, by: string, yes: boolean, io: Context["io"]): Promise<void> {
  if (is === "alive")
    throw new Ca3Error("CA3_LOCKED", `${by} is active`, {
      hint: "wait for it, or stop it with Ctrl-C first",
    });
  if (yes && is === "gone") return;
  if (is !== "gone" && (yes || !io.interactive))
    throw new Ca3Error("CA3_UNCONFIRMED", `it cannot be known here whether ${by} is gone`, {
      hint: "look on that machine, then run ca3 unlock in a terminal",
    });
  await agree(io, "Remove the lock?", "ca3 unlock --yes");
}

/** Whether there is such a process; one of another user cannot be signalled, and is there all the same. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
