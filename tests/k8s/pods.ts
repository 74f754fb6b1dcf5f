import type { Container, Volume } from "../../src/k8s/manifests/pod.ts";
import type { KubeObject } from "../../src/k8s/object.ts";

export type PodSpec = {
  readonly [field: string]: unknown;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
};
export type PodTemplate = {
  readonly owner: KubeObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
};

type Template = { readonly metadata: Pick<PodTemplate, "labels">; readonly spec: PodSpec };

const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job"]);

/** The pods that these objects ask for. */
export function podsOf(objects: readonly KubeObject[]): PodTemplate[] {
  return objects
    .filter(({ kind }) => workloads.has(kind))
    .map((owner) => {
      const { template } = owner["spec"] as { template: Template };
      return { owner, labels: template.metadata.labels, spec: template.spec };
    });
}
