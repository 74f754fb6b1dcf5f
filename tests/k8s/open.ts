import { KubeClient } from "../../src/k8s/client/client.ts";
import { openHttp } from "../../src/k8s/client/open.ts";
import { pathOf, resources } from "../../src/k8s/client/resource.ts";
import type { LiveObject } from "../../src/k8s/live-object.ts";
import type { KubeObject } from "../../src/k8s/object.ts";
import { systemClock } from "../../src/support/clock.ts";

/** A client with this kubeconfig. */
export const openClient = (kubeconfig: string, requestTimeoutMs = 20_000): KubeClient =>
  new KubeClient(
    openHttp({
      ...{ kubeconfig, context: undefined, requestTimeoutMs, cwd: "/", home: undefined },
      clock: systemClock,
    }),
    systemClock,
  );

let fresh = 0;
export const freshName = (): string => `t-${process.pid}-${fresh++}`;

/** A namespace that no other test uses. Nothing deletes what is in it: the server ends with the suite. */
export async function freshNamespace(client: KubeClient): Promise<string> {
  const name = freshName();
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return name;
}

export const configMap = (namespace: string, name: string, data: Record<string, string>): KubeObject => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data },
});

export const deployment = (
  namespace: string,
  name: string,
  replicas: number | undefined,
  image = "none:1",
): KubeObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { namespace, name } },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image }] } },
  },
});

/** Writes a status, as a controller would. */
export async function setStatus(
  client: KubeClient,
  object: LiveObject | KubeObject,
  status: unknown,
): Promise<void> {
  const resource = await client.discovery.resource(object);
  const { namespace, name } = object.metadata;
  await client.http.json({
    method: "PATCH",
    path: pathOf(resource, { namespace, name, sub: "status" }),
    contentType: "application/merge-patch+json",
    body: { status },
    what: `set the status of ${name}`,
  });
}

/** A node that only stands there: pods are placed on it, and nothing starts them. */
export async function addNode(
  client: KubeClient,
  name: string,
  { cpu, memory }: { cpu: string; memory: string },
): Promise<void> {
  const node: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name } };
  await client.create(node);
  const room = { cpu, memory, pods: "110" };
  const conditions = [{ type: "Ready", status: "True", reason: "KubeletReady" }];
  await setStatus(client, node, { capacity: room, allocatable: room, conditions });
  // It is tainted as not ready until somebody has seen it ready.
  await setAs(client, "node-controller", node, { spec: { taints: null } });
}

/** Somebody else who sets fields: a client-side tool, an autoscaler. */
export async function setAs(
  client: KubeClient,
  manager: string,
  object: KubeObject,
  change: unknown,
): Promise<void> {
  const resource = await client.discovery.resource(object);
  const { namespace, name } = object.metadata;
  await client.http.json({
    method: "PATCH",
    path: pathOf(resource, { namespace, name }),
    query: { fieldManager: manager },
    contentType: "application/merge-patch+json",
    body: change,
    what: `change ${name} as ${manager}`,
  });
}

export { resources };
