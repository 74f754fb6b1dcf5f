import type { ObjectRef } from "../object.ts";

/** A kind of object as the API server addresses it. */
export type Resource = {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `deployments` */
  readonly plural: string;
  readonly namespaced: boolean;
};

const core = (kind: string, plural: string, namespaced = true): Resource => ({
  ...{ group: "", version: "v1", kind, plural, namespaced },
});
const of = (group: string, version: string, kind: string, plural: string, namespaced = true): Resource => ({
  ...{ group, version, kind, plural, namespaced },
});

/** Kinds that every cluster has, known without asking. */
export const resources = {
  namespaces: core("Namespace", "namespaces", false),
  nodes: core("Node", "nodes", false),
  pods: core("Pod", "pods"),
  events: core("Event", "events"),
  services: core("Service", "services"),
  secrets: core("Secret", "secrets"),
  configMaps: core("ConfigMap", "configmaps"),
  persistentVolumeClaims: core("PersistentVolumeClaim", "persistentvolumeclaims"),
  persistentVolumes: core("PersistentVolume", "persistentvolumes", false),
  deployments: of("apps", "v1", "Deployment", "deployments"),
  statefulSets: of("apps", "v1", "StatefulSet", "statefulsets"),
  daemonSets: of("apps", "v1", "DaemonSet", "daemonsets"),
  replicaSets: of("apps", "v1", "ReplicaSet", "replicasets"),
  jobs: of("batch", "v1", "Job", "jobs"),
  autoscalers: of("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
  networkPolicies: of("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
  leases: of("coordination.k8s.io", "v1", "Lease", "leases"),
  storageClasses: of("storage.k8s.io", "v1", "StorageClass", "storageclasses", false),
  customResourceDefinitions: of(
    ...([
      "apiextensions.k8s.io",
      "v1",
      "CustomResourceDefinition",
      "customresourcedefinitions",
      false,
    ] as const),
  ),
} as const satisfies Record<string, Resource>;

export const apiVersionOf = ({ group, version }: Resource): string =>
  group === "" ? version : `${group}/${version}`;

export const isOf = (resource: Resource, { apiVersion, kind }: ObjectRef): boolean =>
  resource.kind === kind && apiVersionOf(resource) === apiVersion;

/** Path of a collection, an object, or a subresource of an object. */
export function pathOf(
  resource: Resource,
  { namespace, name, sub }: { namespace?: string | undefined; name?: string; sub?: string } = {},
): string {
  const root = resource.group === "" ? "/api" : `/apis/${resource.group}`;
  const scope =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const one = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${root}/${resource.version}${scope}/${resource.plural}${one}${sub === undefined ? "" : `/${sub}`}`;
}
