import { groupKind } from "./apply-set.ts";
import type { KubeClient } from "./client/client.ts";
import { wasRefusedWith } from "./client/http.ts";
import { apiVersionOf, resources } from "./client/resource.ts";
import { at, type LiveObject, listAt, textAt } from "./live-object.ts";
import type { ClusterFacts } from "./manifests/wish.ts";

/** How often a Secret was made anew; counts from 1. */
export const GENERATION = "ca3.dev/generation";

/** What manifests have to know of a cluster. What the user may not see counts as not there. */
export async function clusterFacts(client: KubeClient, signal: AbortSignal): Promise<ClusterFacts> {
  const [kinds, nodes, secrets] = await Promise.all([
    client.discovery.all(),
    visible(client.list(resources.nodes, {}, signal)),
    visible(client.list(resources.secrets, { labels: "app.kubernetes.io/managed-by=ca3" }, signal)),
  ]);
  return {
    kinds: new Set([...kinds.values()].map((one) => groupKind(apiVersionOf(one), one.kind))),
    apiServerAddresses: [...new Set(nodes.filter(isControlPlane).flatMap(addressesOf))].sort(),
    secretGenerations: Object.fromEntries(
      secrets.map(({ metadata: { namespace, name, annotations } }) => [
        `${namespace}/${name}`,
        Number(annotations?.[GENERATION] ?? 1),
      ]),
    ),
  };
}

async function visible(
  list: Promise<{ readonly objects: readonly LiveObject[] }>,
): Promise<readonly LiveObject[]> {
  try {
    return (await list).objects;
  } catch (error) {
    if (wasRefusedWith(error, 403)) return [];
    throw error;
  }
}

const isControlPlane = ({ metadata: { labels = {} } }: LiveObject): boolean =>
  "node-role.kubernetes.io/control-plane" in labels || "node-role.kubernetes.io/master" in labels;

/**
 * Its own addresses, and those that it has in the network of its pods: the first two of its range, as K3s gives them to
 * the two interfaces through which a node talks to pods.
 */
const addressesOf = (node: LiveObject): string[] => [
  ...listAt(node, "status", "addresses")
    .filter((one) => at(one, "type") === "InternalIP")
    .map((one) => textAt(one, "address") ?? "")
    .filter((address) => address !== ""),
  ...listAt(node, "spec", "podCIDRs").flatMap((range) => {
    const match = /^(\d+\.\d+\.\d+)\.0\/\d+$/.exec(String(range));
    return match === null ? [] : [`${match[1]}.0`, `${match[1]}.1`];
  }),
];
