import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ClusterSettings } from "../../provision/config.ts";
import { hasWork } from "../../provision/plan/plan.ts";
import { refuseStale, savedPlan } from "../../provision/plan/preflight.ts";
import { sshFleet } from "../../provision/run/fleet.ts";
import type { Report } from "../../provision/run/progress.ts";
import { provisionCluster } from "../../provision/run/provision.ts";
import type { Steps } from "../../provision/run/steps.ts";
import { type TakeOutWish, usualTakeOut } from "../../provision/run/take-out.ts";
import { usualUpgrade } from "../../provision/run/upgrade.ts";
import { localFile } from "../../provision/ssh/local-file.ts";
import { agree } from "../agree.ts";
import type { Context } from "../command.ts";
import { planText } from "../render/cluster-plan.ts";
import { checkedPlan } from "./check.ts";
import { clusterKey, signInOf } from "./key.ts";
import { kubeOpener } from "./kube.ts";
import { openCloudFor } from "./open.ts";
import { lockOptions, openRun, toItsEnd } from "./run.ts";

export type MakeOptions = {
  /** As a person would type it again. */
  readonly command: string;
  readonly uid: string | undefined;
  readonly yes: boolean;
  /** File of a plan that is to be done as it was saved. */
  readonly plan?: string | undefined;
  readonly lockWait: string;
  readonly machinesOnly?: boolean;
  /** How nodes are emptied that are wanted no more. */
  readonly takeOut?: TakeOutWish;
  readonly output: "text" | "ndjson";
  /** What is done once the cluster stands, as part of the same run. */
  readonly then?: ((run: GoingOn) => Promise<void>) | undefined;
};

/** How what follows tells what it does. */
export type GoingOn = { readonly steps: Steps; readonly report: Report };

/** Shows the plan, asks, and makes what is there into what the settings want. Answers with the exit code. */
export async function makeCluster(
  context: Context,
  settings: ClusterSettings,
  options: MakeOptions,
): Promise<number> {
  const { io, cwd, interrupted, env } = context;
  const { uid, output, command, takeOut = usualTakeOut } = options;
  const cloud = await openCloudFor(settings);
  const parts = { cloud, io, cluster: settings.name, uid, output, signal: interrupted, command, env };
  try {
    const key = await clusterKey(settings, context, true);
    io.status("asking AWS what exists");
    const checked = await checkedPlan(context, cloud, settings, {
      ...{ uid, publicKey: key.publicKey, toRun: true },
    });
    const { survey, changes } = checked;
    io.status("");
    if (options.plan !== undefined) {
      const saved: unknown = JSON.parse(readFileSync(resolve(cwd, options.plan), "utf8"));
      refuseStale(saved, savedPlan(survey.want, survey.identity, changes));
    } else if (hasWork(changes)) {
      io.note(planText({ ...survey, ...checked }));
      if (!options.yes) await agree(io, "Do this?", `${command} --yes`);
    }
    const { site, steps, log, report } = openRun(parts);
    const lock = lockOptions(command, options.lockWait, context);
    const fleet = options.machinesOnly
      ? undefined
      : sshFleet({
          ...{ site, settings, want: survey.want, signIn: signInOf(key, context) },
          openFile: (path) => localFile(resolve(cwd, path)),
          openKube: kubeOpener(settings.name, interrupted),
          takeOut,
          upgrade: { ...usualUpgrade, withinMs: takeOut.withinMs },
        });
    try {
      await toItsEnd(parts, log, async () => {
        await provisionCluster(site, survey.want, steps, { lock, fleet });
        await options.then?.({ steps, report });
      });
    } finally {
      await fleet?.close();
    }
    return 0;
  } finally {
    io.status("");
    cloud.close();
  }
}
