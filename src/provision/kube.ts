import type { DrainWish } from "../k8s/nodes/drain.ts";
import type { NodeFacts } from "../k8s/nodes/node-facts.ts";

/**
 * What a run that changes machines needs of the Kubernetes on them. Every method can be repeated. Rejects with CA3_KUBE_*
 * when the API cannot be asked, with CA3_DRAIN when pods cannot be moved.
 */
export interface KubeNodes {
  nodes(): Promise<readonly NodeFacts[]>;
  /** What is on the node's disk alone, such as `platform/data-kafka-0 (10Gi)`. */
  localData(node: string): Promise<readonly string[]>;
  /** No new pods are placed there; the node carries `reason` until it is uncordoned. */
  cordon(node: string, reason: string): Promise<void>;
  uncordon(node: string): Promise<void>;
  /** Moves all pods elsewhere, as far as disruption budgets allow. */
  drain(node: string, wish: DrainWish): Promise<void>;
  /** The cluster knows of the node no more; a machine of the same name can join then. */
  forget(node: string): Promise<void>;
}
