import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import { Ca3Error } from "../../support/errors.ts";
import { compareReleases, minorOf, minorsBetween } from "../k3s/versions.ts";
import type { Seen, SeenNode } from "../model.ts";
import { hostName, tag } from "../tags.ts";

/** What a node says while it is worked on. */
export const UPGRADING = "upgrade";
/** How much older than the API server a kubelet may be. Source: https://kubernetes.io/releases/version-skew-policy/ */
const KUBELET_SKEW = 3;

export type UpgradeStep = {
  readonly machine: SeenNode;
  readonly node: NodeFacts;
  /** What it runs now; already the new release where a run was cut off behind that. */
  readonly from: string;
};

/**
 * The nodes that are to run another release, in the order in which that may be done: control planes first, one by one.
 * Machines that have not joined are left out: they get the new release when they do. Throws CA3_UPGRADE for a way back, a
 * skipped minor release, kubelets that would be too old, and nodes that are not well to begin with. Pure.
 */
export function planUpgrade(
  cluster: string,
  machines: readonly SeenNode[],
  nodes: readonly NodeFacts[],
  to: string,
): UpgradeStep[] {
  const joined = machines.flatMap((machine) => {
    const node = nodes.find(({ name }) => name === hostName(cluster, machine.name));
    return node === undefined ? [] : [{ machine, node, from: node.version }];
  });
  const steps = joined.filter(({ node, from }) => from !== to || node.cordonedFor === UPGRADING);
  if (steps.length === 0) return [];
  refuse(joined, to);
  const rank = ({ node }: UpgradeStep) => (node.role === "control" ? 0 : 1);
  return steps.toSorted(
    (a, b) => rank(a) - rank(b) || a.machine.name.localeCompare(b.machine.name, "en", { numeric: true }),
  );
}

/** What does not say by its tag yet that it runs this release, as its node does; the VPC when all nodes do. Pure. */
export function staleReleases(
  cluster: string,
  { nodes: machines, vpcs }: Pick<Seen, "nodes" | "vpcs">,
  nodes: readonly NodeFacts[],
  to: string,
): string[] {
  const running = new Set(nodes.filter(({ version }) => version === to).map(({ name }) => name));
  const there = machines.filter(({ name }) => running.has(hostName(cluster, name)));
  const all = running.size > 0 && running.size === nodes.length ? vpcs : [];
  return [...there, ...all].filter(({ tags }) => tags[tag.version] !== to).map(({ id }) => id);
}

function refuse(joined: readonly UpgradeStep[], to: string): void {
  const problem = (why: string, hint: string) => {
    throw new Ca3Error("CA3_UPGRADE", why, { hint });
  };
  const ahead = joined.find(({ from }) => compareReleases(from, to) > 0);
  if (ahead !== undefined)
    problem(
      `${ahead.machine.name} runs ${ahead.from}, and K3s cannot go back to ${to}`,
      `set cluster.k3s.version to ${ahead.from}, or choose a newer one`,
    );
  const far = joined.find(({ node, from }) => node.role === "control" && minorsBetween(from, to) > 1);
  if (far !== undefined)
    problem(
      `${far.machine.name} runs ${far.from}, and no minor release may be skipped on the way to ${to}`,
      `ca3 upgrade --to the newest ${minorOf(far.from, 1)} first`,
    );
  const old = joined.find(
    ({ node, from }) => node.role === "worker" && minorsBetween(from, to) > KUBELET_SKEW,
  );
  if (old !== undefined)
    problem(
      `${old.machine.name} runs ${old.from}, which control planes of ${to} do not work with`,
      `ca3 leave ${old.machine.name}, then ca3 provision creates it again`,
    );
  const unwell = joined.find(({ node }) => !node.ready && node.cordonedFor !== UPGRADING);
  if (unwell !== undefined)
    problem(
      `${unwell.machine.name} is not Ready: ${unwell.node.why}`,
      `repair it first, or take it out with ca3 leave ${unwell.machine.name}`,
    );
}
