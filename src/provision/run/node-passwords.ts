import { forgetNode, listNodes } from "../remote/k3s-service.ts";
import type { Machine } from "./machine.ts";
import type { ListedNode } from "./ready.ts";

/**
 * Those machines on which K3s has never run. Where the cluster still knows a node of such a name, that was an earlier
 * machine, and its password would keep the new one out: `server` forgets it.
 */
export async function makeWayForFresh(
  server: Machine,
  machines: readonly Machine[],
): Promise<readonly Machine[]> {
  const checked = await Promise.all(machines.map(async (one) => (await one.hasJoined()) || one));
  const fresh = checked.filter((one) => one !== true);
  if (fresh.length === 0) return fresh;
  const known = await server.json<{ items: readonly ListedNode[] }>(listNodes());
  for (const { nodeName } of fresh)
    if (known.items.some(({ metadata }) => metadata.name === nodeName))
      await server.text(forgetNode(nodeName));
  return fresh;
}
