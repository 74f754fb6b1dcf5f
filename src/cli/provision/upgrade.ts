import { resolve } from "node:path";
import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import { sha256 as sha256Type, k3sVersion as versionType } from "../../provision/config/value-types.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import { refuseUnknownRelease } from "../../provision/plan/preflight.ts";
import { planUpgrade, staleReleases } from "../../provision/plan/upgrade.ts";
import { sshFleet } from "../../provision/run/fleet.ts";
import { withLock } from "../../provision/run/lock.ts";
import type { UpgradeWish } from "../../provision/run/upgrade.ts";
import { localFile } from "../../provision/ssh/local-file.ts";
import { checkAccount } from "../../provision/survey.ts";
import { agree } from "../agree.ts";
import type { Context } from "../command.ts";
import { flagValue } from "../flag-value.ts";
import { clusterKey, signInOf } from "./key.ts";
import { kubeOpener } from "./kube.ts";
import { openCloudFor } from "./open.ts";
import { fleetOf, kubeOf } from "./reach.ts";
import { lockOptions, openRun, toItsEnd } from "./run.ts";

export type UpgradeCommand = {
  readonly to: string | undefined;
  readonly sha256: string | undefined;
  readonly uid: string | undefined;
  readonly yes: boolean;
  readonly lockWait: string;
  readonly output: "text" | "ndjson";
  readonly wish: UpgradeWish;
};

/** Says which nodes would be upgraded, asks, and does it. Answers with the exit code. */
export async function upgradeCluster(
  context: Context,
  given: ClusterSettings,
  { to, sha256, uid, yes, lockWait, output, wish }: UpgradeCommand,
): Promise<number> {
  const { io, interrupted, env, cwd } = context;
  const settings = releaseOf(given, to, sha256);
  refuseUnknownRelease(settings);
  const { name: cluster, k3sVersion: release } = settings;
  const again = ["ca3 upgrade", ...(to ? [`--to ${to}`] : []), ...(wish.drain ? [] : ["--no-drain"])].join(
    " ",
  );
  const cloud = await openCloudFor(settings);
  const parts = { cloud, io, cluster, uid, output, signal: interrupted, command: again, env };
  try {
    await checkAccount(cloud, settings);
    const { site, steps, log } = openRun(parts);
    const seen = await site.refresh();
    const nodes = await nodesNow(context, settings, seen);
    const todo = planUpgrade(cluster, seen.nodes, nodes, release);
    const stale = staleReleases(cluster, seen, nodes, release);
    if (todo.length === 0) io.note(`every node of ${cluster} runs ${release}`);
    // a run that was cut off at its very end has not told the tags
    if (todo.length === 0 && stale.length === 0) return 0;
    for (const { machine, from } of todo)
      io.note(
        from === release ? `  ~ ${machine.name}, to be resumed` : `  ~ ${machine.name} ${from} → ${release}`,
      );
    if (todo.length > 0 && !yes) await agree(io, "Upgrade these, one after the other?", `${again} --yes`);
    const fleet = sshFleet({
      ...{ site, settings, want: { nodes: [] }, upgrade: wish, openKube: kubeOpener(cluster, interrupted) },
      signIn: signInOf(await clusterKey(settings, context, false), context),
      openFile: (path) => localFile(resolve(cwd, path)),
    });
    try {
      const lock = lockOptions(again, lockWait, context);
      await toItsEnd(parts, log, () =>
        withLock(site, seen.vpcs[0]!.id, lock, async () => {
          await site.refresh();
          await fleet.upgrade(steps);
        }),
      );
    } finally {
      await fleet.close();
    }
    if (release !== given.k3sVersion) io.note(`now set cluster.k3s.version: ${release} in ca3.yaml`);
    return 0;
  } finally {
    io.status("");
    cloud.close();
  }
}

const HELP = "ca3 upgrade --help";

/** The settings with the release that is meant; a digest in them belongs to theirs. */
function releaseOf(
  settings: ClusterSettings,
  to: string | undefined,
  sha256: string | undefined,
): ClusterSettings {
  const digest = sha256 === undefined ? undefined : flagValue("--sha256", sha256, sha256Type, HELP);
  if (to === undefined) return digest === undefined ? settings : { ...settings, k3sSha256: digest };
  const k3sVersion = flagValue("--to", to, versionType, HELP);
  const own = k3sVersion === settings.k3sVersion ? settings.k3sSha256 : undefined;
  return { ...settings, k3sVersion, k3sSha256: digest ?? own };
}

async function nodesNow(
  context: Context,
  settings: ClusterSettings,
  seen: Parameters<typeof fleetOf>[2],
): Promise<readonly NodeFacts[]> {
  const fleet = await fleetOf(context, settings, seen);
  try {
    const kube = await kubeOf(fleet, kubeOpener(settings.name, context.interrupted), context.interrupted);
    try {
      return await kube.nodes.nodes();
    } finally {
      await kube.close();
    }
  } finally {
    await fleet.access.close();
  }
}
