import { resources } from "../../k8s/client/resource.ts";
import { conditionOf, type LiveObject, textAt } from "../../k8s/live-object.ts";
import { isDefaultClass } from "../../k8s/preflight/storage.ts";
import { requireVersion, serverVersion } from "../../k8s/preflight/version.ts";
import type { Problem } from "../check.ts";
import { onCluster, type ProbesOf, type Subject } from "../subject.ts";

const METRICS = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  name: "v1beta1.metrics.k8s.io",
};

/** The cluster itself, whatever runs on it. */
export const clusterProbes = (subject: Pick<Subject, "cluster">): ProbesOf<"cluster"> => ({
  "cluster.api": onCluster(subject, async (client, signal) => {
    const version = await serverVersion(client, signal);
    requireVersion(version, client.cluster);
    await client.http.text({ path: "/readyz", accept: "*/*", what: "ask whether it is ready", signal });
    return { summary: `${client.cluster}, Kubernetes ${version.gitVersion}` };
  }),
  "cluster.nodes": onCluster(subject, async (client, signal) => {
    const { objects } = await client.list(resources.nodes, {}, signal);
    if (objects.length === 0) return "there is no node";
    const count = objects.length;
    return { summary: `${count} ${count === 1 ? "node" : "nodes"}`, problems: objects.flatMap(nodeProblems) };
  }),
  "cluster.storage": onCluster(subject, async (client, signal) => {
    const { objects } = await client.list(resources.storageClasses, {}, signal);
    const found = objects.find(isDefaultClass);
    if (found !== undefined) return { summary: found.metadata.name };
    const names = objects.map(({ metadata }) => metadata.name).join(", ");
    const hint =
      names === ""
        ? "install a provisioner of volumes, such as local-path, which K3s brings along"
        : "mark one as the default, or set deploy.storageClass";
    const message = names === "" ? "there is no storage class" : `none of ${names} is the default`;
    return { problems: [{ severity: "fail", message, hint }] };
  }),
  "cluster.metrics-api": onCluster(subject, async (client, signal) => {
    const service = await client.get(METRICS, signal);
    const hint = "install metrics-server; K3s brings it along";
    if (service === undefined)
      return { problems: [{ severity: "fail", message: `there is no APIService ${METRICS.name}`, hint }] };
    const available = conditionOf(service, "Available");
    if (available?.status === "True") return undefined;
    const why = available?.message || available?.reason || "it has no condition";
    const message = `${METRICS.name} is not available: ${why}`;
    const place = textAt(service, "spec", "service", "namespace");
    const look = `does its server run? ca3 kubectl -- -n ${place ?? "kube-system"} get pods`;
    return { problems: [{ severity: "fail", message, hint: look }] };
  }),
});

/** What is wrong with a node. Pure. */
export function nodeProblems(node: LiveObject): readonly Problem[] {
  const { name } = node.metadata;
  const hint = `ca3 kubectl -- describe node ${name}`;
  const ready = conditionOf(node, "Ready");
  const pressed = ["MemoryPressure", "DiskPressure", "PIDPressure"].filter(
    (type) => conditionOf(node, type)?.status === "True",
  );
  return [
    ...(ready?.status === "True" ? [] : [`node ${name} is not ready: ${ready?.reason || "it says nothing"}`]),
    ...pressed.map((type) => `node ${name} has ${type}`),
  ].map((message) => ({ severity: "fail", message, hint }));
}
