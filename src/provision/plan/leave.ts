import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import { Ca3Error } from "../../support/errors.ts";
import type { Seen, SeenNode } from "../model.ts";
import { hostName, isControl } from "../tags.ts";
import { addressOf, liveNodes } from "./nodes.ts";

/** What there still is of a node that is to leave, or was about to when a run was cut off. */
export type Leaving = {
  readonly name: string;
  /** Also one that is on its way out; nothing when AWS has let go of it. */
  readonly machine: SeenNode | undefined;
  /** Nothing when Kubernetes has never known of it, or knows no more. */
  readonly node: NodeFacts | undefined;
};

/** Both sides of a cluster, as far as leaving it is concerned. */
export type Around = {
  readonly cluster: string;
  readonly seen: Seen;
  readonly nodes: readonly NodeFacts[];
  /** Names of nodes that had a machine until a while ago: what leaves no other trace has left already. */
  readonly ended?: readonly string[];
};

/** The names of `given` that neither AWS nor Kubernetes has anything of. Pure. */
export const unknownNames = (given: readonly string[], around: Around): string[] =>
  given.filter((name) => found(name, around) === undefined);

/**
 * What is to be done for the nodes that are to leave, the ones with the highest numbers first; nothing for those that
 * have left. Throws CA3_NOT_FOUND for a name that is none, and CA3_CLOUD_CONFLICT for a control plane that the cluster
 * could not lose. Pure.
 */
export function planLeave(names: readonly string[], around: Around): Leaving[] {
  const { cluster, seen, ended = [] } = around;
  const all = names.flatMap((name) => {
    const one = found(name, around);
    if (one !== undefined) return [one];
    if (forms(name, cluster).some((form) => ended.includes(form))) return [];
    const known = liveNodes(seen).map((one) => one.name);
    throw new Ca3Error("CA3_NOT_FOUND", `${cluster} has no node ${name}`, {
      hint: known.length === 0 ? "ca3 orphans lists what exists" : `its nodes are ${known.sort().join(", ")}`,
    });
  });
  const leaving = all.filter((one, at) => all.findIndex(({ name }) => name === one.name) === at);
  const controls = leaving.filter((one) => isControl(one) && holdsState(one));
  if (controls.length > 0) refuseUnsafe(controls, around);
  return leaving.toSorted((a, b) => b.name.localeCompare(a.name, "en", { numeric: true }));
}

/** With and without the name of the cluster before it. */
const forms = (name: string, cluster: string): string[] =>
  name.startsWith(hostName(cluster, "")) ? [name, name.slice(hostName(cluster, "").length)] : [name];

const found = (name: string, around: Around): Leaving | undefined =>
  forms(name, around.cluster)
    .map((form) => leavingOf(form, around))
    .find((one) => one !== undefined);

function leavingOf(name: string, { cluster, seen, nodes }: Around): Leaving | undefined {
  const machine =
    liveNodes(seen).find((one) => one.name === name) ?? seen.nodes.find((one) => one.name === name);
  const node = nodes.find((one) => one.name === hostName(cluster, name));
  const nothing = machine === undefined && node === undefined && addressOf(seen, name) === undefined;
  return nothing ? undefined : { name, machine, node };
}

/** A machine that has been ended and that Kubernetes has forgotten is no member any more. */
const holdsState = ({ machine, node }: Leaving): boolean =>
  node !== undefined || (machine !== undefined && machine.state !== "shutting-down");

/** Etcd goes on as long as more than half of its members do; one leaves at a time, and those that stay must be well. */
function refuseUnsafe(leaving: readonly Leaving[], { cluster, seen, nodes }: Around): void {
  const names = leaving.map(({ name }) => name).join(", ");
  const refuse = (why: string, hint: string) => {
    throw new Ca3Error("CA3_CLOUD_CONFLICT", `${names} cannot leave: ${why}`, { hint });
  };
  const machines = liveNodes(seen)
    .filter(isControl)
    .map(({ name }) => hostName(cluster, name));
  // a machine that was lost is a member until its node is forgotten
  const lost = nodes.filter(({ role }) => role === "control").map(({ name }) => name);
  const members = [...new Set([...machines, ...lost])];
  if (members.length < 3)
    refuse("the state of the cluster is on it", "ca3 destroy deletes the whole cluster");
  if (leaving.some(({ name }) => name === "cp-1"))
    refuse(
      "it is the way to all other machines, and where the others join",
      "take out another control plane",
    );
  if (leaving.length > 1)
    refuse("only one control plane may leave at a time", `ca3 leave ${leaving[0]!.name}`);
  const staying = members.filter((name) => !leaving.some((one) => hostName(cluster, one.name) === name));
  const unwell = staying.filter((name) => !nodes.some((node) => node.name === name && node.ready));
  if (unwell.length > 0)
    refuse(`${unwell.join(" and ")} would have to carry on alone, and is not Ready`, "ca3 status says why");
}
