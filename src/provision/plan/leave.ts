import { Ca3Error } from "../../support/errors.ts";
import type { KubeNode } from "../kube.ts";
import type { Seen, SeenNode } from "../model.ts";
import { hostName, isControl } from "../tags.ts";
import { liveNodes } from "./nodes.ts";

/**
 * The machines that are to leave, the ones with the highest numbers first. Throws CA3_NOT_FOUND for a name that is none,
 * and CA3_CLOUD_CONFLICT for a control plane that the cluster could not lose. Pure.
 */
export function planLeave(
  names: readonly string[],
  cluster: string,
  seen: Seen,
  nodes: readonly KubeNode[],
): SeenNode[] {
  const live = liveNodes(seen);
  const leaving = [...new Set(names)].map((name) => {
    const machine = live.find((one) => one.name === name || hostName(cluster, one.name) === name);
    if (machine !== undefined) return machine;
    const known = live.map((one) => one.name).sort();
    throw new Ca3Error("CA3_NOT_FOUND", `${cluster} has no node ${name}`, {
      hint: known.length === 0 ? "ca3 orphans lists what there is" : `its nodes are ${known.join(", ")}`,
    });
  });
  const controls = leaving.filter(isControl);
  if (controls.length > 0) refuseUnsafe(controls, cluster, live.filter(isControl), nodes);
  return leaving.toSorted((a, b) => b.name.localeCompare(a.name, "en", { numeric: true }));
}

/** Etcd goes on as long as more than half of its members do; one leaves at a time, and those that stay must be well. */
function refuseUnsafe(
  leaving: readonly SeenNode[],
  cluster: string,
  controls: readonly SeenNode[],
  nodes: readonly KubeNode[],
): void {
  const names = leaving.map(({ name }) => name).join(", ");
  const refuse = (why: string, hint: string) => {
    throw new Ca3Error("CA3_CLOUD_CONFLICT", `${names} cannot leave: ${why}`, { hint });
  };
  if (controls.length < 3) refuse("the state of the cluster is on it", "ca3 destroy ends the whole cluster");
  if (leaving.some(({ name }) => name === "cp-1"))
    refuse(
      "it is the way to all other machines, and where the others join",
      "take out another control plane",
    );
  if (leaving.length > 1)
    refuse("only one control plane may leave at a time", `ca3 leave ${leaving[0]!.name}`);
  const staying = controls.filter((one) => !leaving.includes(one)).map(({ name }) => hostName(cluster, name));
  const unwell = staying.filter((name) => !nodes.some((node) => node.name === name && node.ready));
  if (unwell.length > 0)
    refuse(`${unwell.join(" and ")} would have to go on alone, and is not Ready`, "ca3 status says why");
}
