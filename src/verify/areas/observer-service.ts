import type { KubeClient } from "../../k8s/client/client.ts";
import { resources } from "../../k8s/client/resource.ts";
import { at, textAt } from "../../k8s/live-object.ts";

/** The Service with these labels that has an address of its own, and its first port. */
export async function serviceOf(client: KubeClient, namespace: string, labels: string, signal: AbortSignal) {
  const { objects } = await client.list(resources.services, { namespace, labels }, signal);
  const found = objects.find((one) => textAt(one, "spec", "clusterIP") !== "None") ?? objects[0];
  const port = at(found, "spec", "ports", 0, "port");
  return found === undefined || typeof port !== "number" ? undefined : { service: found.metadata.name, port };
}

/** What a server says it answers in JSON; nothing when it is something else. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
