import type { KubeClient } from "../../src/k8s/client/client.ts";
import { setStatus } from "../k8s/open.ts";
import { readyPod } from "../k8s/pretend-streams.ts";

const NAMESPACE = "monitoring";

/** An address at which servers of a test listen, as that of a pod of monitoring: the API server leads to no other. */
export async function podAt(client: KubeClient, address: string): Promise<void> {
  await readyPod(client, { node: "node-1", namespace: NAMESPACE, name: "observer-0", of: "observer" });
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { namespace: NAMESPACE, name: "observer-0" } };
  await setStatus(client, pod, { podIP: address, podIPs: [{ ip: address }] });
}

/** A Service as a chart makes it, that leads to a server of a test by way of that pod. */
export async function serviceAt(
  client: KubeClient,
  {
    name,
    labels,
    address,
    port,
  }: { name: string; labels: Record<string, string>; address: string; port: number },
): Promise<void> {
  const metadata = { namespace: NAMESPACE, name };
  await client.apply({
    ...{ apiVersion: "v1", kind: "Service", metadata: { ...metadata, labels } },
    spec: { ports: [{ name: "web", port }] },
  });
  const targetRef = { kind: "Pod", namespace: NAMESPACE, name: "observer-0" };
  await client.apply({
    ...{ apiVersion: "v1", kind: "Endpoints", metadata },
    subsets: [{ addresses: [{ ip: address, targetRef }], ports: [{ name: "web", port }] }],
  });
}
