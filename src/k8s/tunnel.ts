import { Ca3Error } from "../support/errors.ts";
import type { KubeClient } from "./client/client.ts";
import { resources } from "./client/resource.ts";
import { at, conditionOf, type LiveObject, listAt, textAt } from "./live-object.ts";

/** What a tunnel can lead to, by the labels that its Service has. */
export const tunnelTargets = {
  dashboard: { labels: "app.kubernetes.io/name=processor", port: "http" },
  grafana: { labels: "app.kubernetes.io/name=grafana", port: undefined },
  prometheus: { labels: "app=kube-prometheus-stack-prometheus", port: undefined },
  alertmanager: { labels: "app=kube-prometheus-stack-alertmanager", port: undefined },
} as const;
export type TunnelTarget = keyof typeof tunnelTargets;

type End = { readonly namespace: string; readonly name: string; readonly port: number };

/** A pod that is ready behind the Service of a target, and its port. Throws CA3_NOT_FOUND when there is none. */
export async function tunnelEnd(
  client: KubeClient,
  target: TunnelTarget,
  namespace: string,
  signal: AbortSignal,
): Promise<End> {
  const { labels, port } = tunnelTargets[target];
  const services = (await client.list(resources.services, { namespace, labels }, signal)).objects;
  const service = services.find((one) => at(one, "spec", "selector") !== undefined);
  if (service === undefined)
    throw new Ca3Error(
      "CA3_NOT_FOUND",
      `cluster ${client.cluster} has no ${target} in namespace ${namespace}`,
      {
        hint:
          target === "dashboard"
            ? "ca3 deploy app"
            : "turn on deploy.monitoring.enabled, then ca3 deploy monitoring",
      },
    );
  const ports = listAt(service, "spec", "ports");
  const found = ports.find((one) => at(one, "name") === port) ?? ports[0];
  const selector = Object.entries(at(service, "spec", "selector") as Record<string, string>);
  const where = { namespace, labels: selector.map(([key, value]) => `${key}=${value}`).join(",") };
  const pods = (await client.list(resources.pods, where, signal)).objects;
  // A pod that is to end is ready until it does, and would take the connection along.
  const pod = pods.find(
    (one) => conditionOf(one, "Ready")?.status === "True" && one.metadata.deletionTimestamp === undefined,
  );
  if (pod === undefined)
    throw new Ca3Error("CA3_KUBE_NOT_READY", `no pod of ${target} is ready in namespace ${namespace}`, {
      hint: "ca3 status",
    });
  return {
    namespace,
    name: pod.metadata.name,
    port: portOf(pod, at(found, "targetPort") ?? at(found, "port")),
  };
}

/** A Service may name the port of its pods. */
function portOf(pod: LiveObject, target: unknown): number {
  if (typeof target === "number") return target;
  for (const container of listAt(pod, "spec", "containers"))
    for (const one of listAt(container, "ports"))
      if (textAt(one, "name") === target) return Number(at(one, "containerPort"));
  throw new Ca3Error(
    "CA3_NOT_FOUND",
    `Pod ${pod.metadata.namespace}/${pod.metadata.name} has no port ${String(target)}`,
  );
}
