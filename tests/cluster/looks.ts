import { resources } from "../../src/k8s/client/resource.ts";
import { conditionOf, type LiveObject, numberAt } from "../../src/k8s/live-object.ts";
import type { Stage } from "./stage.ts";

/** Asks again and again; what was seen last is part of the error. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  timeoutMs = 120_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not so in time: ${what}; last seen: ${JSON.stringify(seen)}`);
    await Bun.sleep(250);
  }
}

export const podsOf = async (
  { node }: Stage,
  namespace: string,
  name?: string,
): Promise<readonly LiveObject[]> => {
  const labels = name === undefined ? {} : { labels: `app.kubernetes.io/name=${name}` };
  return (await node.client.list(resources.pods, { namespace, ...labels })).objects;
};

export const isReady = (pod: LiveObject): boolean =>
  conditionOf(pod, "Ready")?.status === "True" && pod.metadata.deletionTimestamp === undefined;

export const replicasOf = async ({ node }: Stage, name: string): Promise<number> => {
  const object = await node.client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace: "app", name });
  return numberAt(object, "status", "readyReplicas") ?? 0;
};
