import { at, conditionOf, type LiveObject, textAt } from "../live-object.ts";

/** The annotation that says why `ca3` has cordoned a node; one that somebody else has cordoned lacks it. */
export const CORDONED_FOR = "ca3.dev/cordoned-for";

/** A node as Kubernetes has it; also for the rooms that change machines. */
export type NodeFacts = {
  readonly name: string;
  readonly ready: boolean;
  /** Why it is not Ready, in its own words. */
  readonly why: string;
  /** Of the kubelet, such as `v1.36.5+k3s1`. */
  readonly version: string;
  readonly role: "control" | "worker";
  /** No new pods are placed on it. */
  readonly cordoned: boolean;
  /** What `ca3` has cordoned it for; nothing when somebody else has. */
  readonly cordonedFor: string | undefined;
};

const CONTROL = "node-role.kubernetes.io/control-plane";

/** What the rooms that change machines need to know of a node. Pure. */
export function nodeFacts(node: LiveObject): NodeFacts {
  const { name, labels = {}, annotations = {} } = node.metadata;
  const condition = conditionOf(node, "Ready");
  const ready = condition?.status === "True";
  return {
    ...{ name, ready },
    why: ready ? "" : condition?.message || condition?.reason || "its kubelet has said nothing",
    version: textAt(node, "status", "nodeInfo", "kubeletVersion") ?? "",
    role: CONTROL in labels ? "control" : "worker",
    cordoned: at(node, "spec", "unschedulable") === true,
    cordonedFor: annotations[CORDONED_FOR],
  };
}
