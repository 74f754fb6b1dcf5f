import type { SeenNode, Want } from "../model.ts";
import { liveNodes } from "../plan/nodes.ts";
import { associateAddress, ensureAddress } from "../resources/addresses.ts";
import { ensureGroups } from "../resources/groups.ts";
import { ensureKey } from "../resources/key.ts";
import { ensureNetwork } from "../resources/network.ts";
import { ensureNodes, untilRunning } from "../resources/nodes.ts";
import type { Site } from "./site.ts";
import type { Steps } from "./steps.ts";

/**
 * Network and machines as they are wanted, in the order in which one needs the other; whatever is there already is left
 * as it is. The same code makes a cluster, changes it, and goes on with one that was left half-made.
 */
export async function ensureMachines(
  site: Site,
  want: Want,
  vpcId: string,
  steps: Steps,
): Promise<readonly SeenNode[]> {
  const subnet = await steps.run("network", "Network", () => ensureNetwork(site, want, vpcId));
  const groupIds = await steps.run("groups", "Security groups", () => ensureGroups(site, want, vpcId));
  const keyName = await steps.run("key", "Key pair", () => ensureKey(site, want));
  const controls = want.nodes.filter(({ role }) => role === "control");
  await steps.run("addresses", "Addresses of the control planes", async () => {
    for (const node of controls) await ensureAddress(site, want, node);
  });
  return steps.run("machines", "Machines", async (waiting) => {
    await ensureNodes(site, want, { subnetId: subnet.id, groupIds, keyName });
    const names = want.nodes.map(({ name }) => name);
    const running = await untilRunning(site, names, waiting);
    for (const machine of running) await associateAddress(site, machine);
    await site.refresh();
    return names.map((name) => liveNodes(site.seen).find((node) => node.name === name)!);
  });
}
