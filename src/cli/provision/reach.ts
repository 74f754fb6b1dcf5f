import type { ClusterSettings } from "../../provision/config.ts";
import type { Seen, SeenNode } from "../../provision/model.ts";
import { liveNodes, nodesNamed } from "../../provision/plan/nodes.ts";
import { onlyCluster } from "../../provision/plan/plan.ts";
import { reachable } from "../../provision/run/reach.ts";
import type { Access, Reached } from "../../provision/ssh/fleet-access.ts";
import { openAccess } from "../../provision/ssh/open-access.ts";
import { checkAccount } from "../../provision/survey.ts";
import { Ca3Error } from "../../support/errors.ts";
import type { Context } from "../command.ts";
import { clusterKey, signInOf } from "./key.ts";
import { openCloudFor } from "./open.ts";

export type OpenFleet = {
  readonly seen: Seen;
  readonly access: Access;
  node(name: string): SeenNode;
  reach(node: SeenNode): Reached;
};

const isOtherControl = ({ name }: SeenNode) => name.startsWith("cp-") && name !== "cp-1";

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
    const node = (name: string): SeenNode => {
      const [found] = nodesNamed(seen, name);
      if (found !== undefined) return found;
      const known = liveNodes(seen).map((one) => one.name);
      throw new Ca3Error("CA3_NOT_FOUND", `${settings.name} has no node ${name}`, {
        hint:
          known.length === 0 ? "ca3 provision makes the cluster" : `its nodes are ${known.sort().join(", ")}`,
      });
    };
    const reach = (one: SeenNode) => reachable(one, seen, settings.sshUser);
    const first = node("cp-1");
    const key = await clusterKey(settings, context, false);
    const access = openAccess({
      transport: settings.transport,
      // any control plane will do as the way to the workers
      jumps: () => [first, ...liveNodes(seen).filter(isOtherControl)].map(reach),
      signIn: signInOf(key, context),
    });
    try {
      return await use({ seen, access, node, reach });
    } finally {
      await access.close();
    }
  } finally {
    cloud.close();
  }
}
