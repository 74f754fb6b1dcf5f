import type { LiveObject } from "../../src/k8s/live-object.ts";
import type { KubeObject } from "../../src/k8s/object.ts";

/** An object as a cluster has it, made from the fields that a test is about. */
export function live(kind: string, name: string, fields: Readonly<Record<string, unknown>> = {}): LiveObject {
  const { metadata = {}, apiVersion = versionOf(kind), ...rest } = fields;
  return {
    ...rest,
    apiVersion: apiVersion as string,
    kind,
    metadata: {
      ...{ name, uid: `uid-${name}`, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
      ...(["Namespace", "Node", "StorageClass"].includes(kind) ? {} : { namespace: "app" }),
      ...(metadata as object),
    },
  };
}

const versionOf = (kind: string): string =>
  ({ Deployment: "apps/v1", StatefulSet: "apps/v1", DaemonSet: "apps/v1", Job: "batch/v1" })[kind] ?? "v1";

export const condition = (
  type: string,
  status: string,
  more: { reason?: string; message?: string } = {},
) => ({
  ...{ type, status, reason: "", message: "" },
  ...more,
});

/** A Deployment, StatefulSet or Job whose pods ask for this much. */
export function workload(
  kind: "Deployment" | "StatefulSet" | "Job",
  name: string,
  {
    replicas = 1,
    cpu,
    memory,
    ...pod
  }: { replicas?: number; cpu: string; memory: string; [field: string]: unknown },
): KubeObject {
  const template = {
    metadata: { labels: { app: name } },
    spec: { ...pod, containers: [{ name, resources: { requests: { cpu, memory } } }] },
  };
  return {
    ...{ apiVersion: versionOf(kind), kind, metadata: { name, namespace: "app" } },
    spec: { replicas, selector: { matchLabels: { app: name } }, template },
  };
}
