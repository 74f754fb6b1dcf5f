import { hostname } from "node:os";
import { join } from "node:path";
import { clusterFolder } from "../../provision/access/cluster-key.ts";
import type { Cloud } from "../../provision/cloud.ts";
import type { LockOptions } from "../../provision/run/lock.ts";
import { describeHolder } from "../../provision/run/lock.ts";
import type { Report } from "../../provision/run/progress.ts";
import { openRunLog, type RunLog } from "../../provision/run/run-log.ts";
import { Site } from "../../provision/run/site.ts";
import { Steps } from "../../provision/run/steps.ts";
import { systemClock } from "../../support/clock.ts";
import { version } from "../../support/version.ts";
import { explain } from "../failure.ts";
import { durationFlag } from "../flag-value.ts";
import type { Io } from "../io.ts";
import { billText, thingsTable } from "../render/cluster-things.ts";
import { reporter } from "../render/provision-progress.ts";
import { userName } from "../user-name.ts";

export type RunParts = {
  readonly cloud: Cloud;
  readonly io: Io;
  readonly cluster: string;
  readonly uid: string | undefined;
  readonly output: "text" | "ndjson";
  readonly signal: AbortSignal;
  /** As a person would type it again; also in the log. */
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** What commands that change a cluster share: its site, its steps, and what is said of them. */
export function openRun({ cloud, io, cluster, uid, output, signal, command, env }: RunParts) {
  const folder = join(clusterFolder(env, cluster), "logs");
  const log = openRunLog({ folder, command, cluster, version, now: systemClock.now });
  const show = reporter(io, output, systemClock.now);
  const report: Report = (event) => {
    log.report(event);
    show(event);
  };
  const site = new Site({ cloud, cluster, clock: systemClock, report, signal, uid });
  return { site, steps: new Steps(systemClock, report), report, log };
}

/**
 * Runs the work of a command. When it fails it says what exists, what that costs and what to type next, and where the
 * whole story is.
 */
export async function toItsEnd<T>(parts: RunParts, log: RunLog, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    log.end({ ok: true });
    return result;
  } catch (error) {
    const { code, message, hint } = explain(error, parts.signal.aborted);
    log.end({ ok: false, code, message, hint });
    await tellWhatExists(parts, parts.command);
    const path = log.path();
    if (path !== undefined) parts.io.note(`log:     ${path}`);
    throw error;
  }
}

type Talk = { readonly io: Io; readonly env: Readonly<Record<string, string | undefined>> };

/** Who takes the lock and how long to wait for it. Throws CA3_USAGE when `wait` is not a span of time. */
export function lockOptions(command: string, wait: string, { io, env }: Talk): LockOptions {
  return {
    by: `${env["USER"] ?? env["LOGNAME"] ?? userName()}@${hostname()}:${process.pid}`,
    command,
    waitMs: durationFlag("--lock-wait", wait, "--lock-wait 10m"),
    onWait: (holder) => io.status(`waiting for ${describeHolder(holder)}`),
  };
}

/** After a run that did not come to its end: what exists, what it costs, and what to type next. */
async function tellWhatExists({ cloud, io, cluster }: RunParts, again: string): Promise<void> {
  const things = await cloud.tagged(cluster).catch(() => undefined);
  if (things === undefined || things.length === 0) return;
  io.note(`\nwhat exists of ${cluster}:`);
  io.note(thingsTable(things, systemClock.now(), io.noteColor));
  io.note(billText(things));
  io.note(`resume:  ${again}\nremove:  ca3 destroy --cluster ${cluster}`);
}
