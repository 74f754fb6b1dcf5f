import type { KubeOpener, OpenKube } from "../../provision/access/open-kube.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import type { Seen, SeenNode } from "../../provision/model.ts";
import { liveNodes, nodesNamed } from "../../provision/plan/nodes.ts";
import { onlyCluster } from "../../provision/plan/plan.ts";
import { readKubeconfig } from "../../provision/remote/k3s-service.ts";
import { reachable } from "../../provision/run/reach.ts";
import type { Access, Reached } from "../../provision/ssh/fleet-access.ts";
import { openAccess } from "../../provision/ssh/open-access.ts";
import { checkAccount } from "../../provision/survey.ts";
import { hostName, isControl } from "../../provision/tags.ts";
import { Ca3Error } from "../../support/errors.ts";
import type { Context } from "../command.ts";
import { clusterKey, type KeyPlace, signInOf } from "./key.ts";
import { openCloudFor } from "./open.ts";
import { runScript } from "./run-script.ts";

export type OpenFleet = {
  readonly seen: Seen;
  readonly access: Access;
  /** The control planes, one of which is the way to all others. */
  readonly controls: readonly SeenNode[];
  node(name: string): SeenNode;
  reach(node: SeenNode): Reached;
};

/** Finds the machines by their tags and hands over the way to them; closes everything when `use` ends. */
export async function withMachines<T>(
  context: Context,
  settings: ClusterSettings,
  uid: string | undefined,
  use: (fleet: OpenFleet) => Promise<T>,
): Promise<T> {
  const cloud = await openCloudFor(settings);
  try {
    await checkAccount(cloud, settings);
    const seen = onlyCluster(settings.name, await cloud.observe(settings.name), uid);
    const fleet = await fleetOf(context, settings, seen);
    try {
      return await use(fleet);
    } finally {
      await fleet.access.close();
    }
  } finally {
    cloud.close();
  }
}

export type FleetOptions = {
  /** Names of machines that are on their way out: nothing goes through them. */
  readonly without?: readonly string[];
};

/** The way to machines that have been found. Throws CA3_NOT_FOUND when there is no control plane to go through. */
export async function fleetOf(
  context: KeyPlace,
  settings: ClusterSettings,
  seen: Seen,
  { without = [] }: FleetOptions = {},
): Promise<OpenFleet> {
  const node = (name: string): SeenNode => {
    const [found] = nodesNamed(seen, name);
    if (found !== undefined) return found;
    const known = liveNodes(seen).map((one) => one.name);
    throw new Ca3Error("CA3_NOT_FOUND", `${settings.name} has no node ${name}`, {
      hint:
        known.length === 0 ? "ca3 provision creates the cluster" : `its nodes are ${known.sort().join(", ")}`,
    });
  };
  const reach = (one: SeenNode) => reachable(one, seen, settings.sshUser);
  const stays = ({ name }: SeenNode) =>
    !without.some((one) => one === name || one === hostName(settings.name, name));
  const live = liveNodes(seen).filter((one) => isControl(one) && stays(one));
  // any control plane will do as the way to the workers
  const controls = live.length > 0 ? live.toSorted((a, b) => a.name.localeCompare(b.name)) : [node("cp-1")];
  const key = await clusterKey(settings, context, false);
  const access = openAccess({
    ...{ transport: settings.transport, signIn: signInOf(key, context) },
    jumps: () => controls.map(reach),
  });
  return { seen, access, controls, node, reach };
}

/** The Kubernetes on these machines, as the first control plane that answers reaches it. */
export async function kubeOf(fleet: OpenFleet, open: KubeOpener, signal: AbortSignal): Promise<OpenKube> {
  const { access } = fleet;
  const kubeconfig = await kubeconfigOf(fleet, signal);
  return open({ kubeconfig, forward: (host, port) => access.toApi(host, port) });
}

/** The kubeconfig that K3s keeps on its servers, from the first that answers. */
export async function kubeconfigOf(
  { access, controls, reach }: OpenFleet,
  signal: AbortSignal,
): Promise<string> {
  let first: unknown;
  for (const control of controls)
    try {
      const shell = await access.shell(reach(control));
      try {
        return await runScript(shell, readKubeconfig(), signal);
      } finally {
        shell.close();
      }
    } catch (error) {
      if (!(error instanceof Ca3Error) || error.code !== "CA3_REMOTE") throw error;
      first ??= error;
    }
  throw first;
}
