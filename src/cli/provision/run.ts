import { hostname, userInfo } from "node:os";
import type { Cloud } from "../../provision/cloud.ts";
import type { LockOptions } from "../../provision/run/lock.ts";
import { describeHolder } from "../../provision/run/lock.ts";
import { Site } from "../../provision/run/site.ts";
import { Steps } from "../../provision/run/steps.ts";
import { systemClock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import { duration } from "../../support/setting-types.ts";
import type { Io } from "../io.ts";
import { billText, thingsTable } from "../render/cluster-things.ts";
import { reporter } from "../render/provision-progress.ts";

export type RunParts = {
  readonly cloud: Cloud;
  readonly io: Io;
  readonly cluster: string;
  readonly uid: string | undefined;
  readonly output: "text" | "ndjson";
  readonly signal: AbortSignal;
};

/** What commands that change a cluster share: its site, its steps, and what is said of them. */
export function openRun({ cloud, io, cluster, uid, output, signal }: RunParts) {
  const report = reporter(io, output, systemClock.now);
  const site = new Site({ cloud, cluster, clock: systemClock, report, signal, uid });
  return { site, steps: new Steps(systemClock, report) };
}

type Talk = { readonly io: Io; readonly env: Readonly<Record<string, string | undefined>> };

/** Throws CA3_USAGE for a time that is none. */
export function lockOptions(command: string, wait: string, { io, env }: Talk): LockOptions {
  const parsed = duration.parse(wait);
  if (!("value" in parsed))
    throw new Ca3Error("CA3_USAGE", `--lock-wait: ${parsed.problem}`, { hint: "--lock-wait 10m" });
  return {
    by: `${env["USER"] ?? env["LOGNAME"] ?? `uid ${userInfo().uid}`}@${hostname()}:${process.pid}`,
    command,
    waitMs: parsed.value,
    onWait: (holder) => io.status(`waiting for ${describeHolder(holder)}`),
  };
}

/** After a run that did not come to its end: what exists, what it costs, and what to type next. */
export async function tellWhatExists({ cloud, io, cluster }: RunParts, again: string): Promise<void> {
  const things = await cloud.tagged(cluster).catch(() => undefined);
  if (things === undefined || things.length === 0) return;
  io.note(`\nwhat exists of ${cluster}:`);
  io.note(thingsTable(things, systemClock.now(), io.noteColor));
  io.note(billText(things));
  io.note(`go on:   ${again}\nremove:  ca3 destroy --cluster ${cluster}`);
}
