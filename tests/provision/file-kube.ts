import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { NodeFacts } from "../../src/k8s/nodes/node-facts.ts";
import type { KubeNodes } from "../../src/provision/kube.ts";

/** Kubernetes where nodes are files in the cluster's folder, as the stand-in of K3s keeps them. */
export function kubeOfFiles(cluster: string): KubeNodes {
  return {
    nodes: async () =>
      readdirSync(cluster)
        .filter((file) => file.endsWith(".node"))
        .map((file): NodeFacts => {
          const name = file.slice(0, -".node".length);
          const role = name.includes("-cp-") ? "control" : "worker";
          return {
            name,
            role,
            ready: true,
            why: "",
            version: "v1.36.5+k3s1",
            cordoned: false,
            cordonedFor: undefined,
          };
        }),
    localData: async () => [],
    cordon: async () => {},
    uncordon: async () => {},
    drain: async (node) => appendFileSync(join(cluster, "drained"), `${node}\n`),
    forget: async (node) => rmSync(join(cluster, `${node}.node`), { force: true }),
  };
}
