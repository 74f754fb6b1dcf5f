import type { KubeObject } from "../object.ts";
import { labels, selector } from "./labels.ts";

/** When nodes are emptied, at most one pod of the workload goes at a time; a single one is free to go. */
export const disruptionBudget = (name: string, namespace: string): KubeObject => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name, namespace, labels: labels(name) },
  spec: { maxUnavailable: 1, selector: { matchLabels: selector(name) } },
});
