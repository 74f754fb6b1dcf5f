import { type KubeHttp, wasRefusedWith } from "../client/http.ts";
import { pathOf, resources } from "../client/resource.ts";
import type { LiveObject } from "../live-object.ts";

/** Nothing when the pod is on its way out, else why it may not go now: the disruption budget that forbids it. */
export type Refusal = string | undefined;

/**
 * Asks for one pod to be evicted: unlike a deletion, a disruption budget may forbid it. Only the pod that was seen is
 * meant, not one that took its name since.
 */
export async function evict(http: KubeHttp, pod: LiveObject, signal: AbortSignal): Promise<Refusal> {
  const { namespace, name, uid } = pod.metadata;
  try {
    await http.text({
      method: "POST",
      path: pathOf(resources.pods, { namespace, name, sub: "eviction" }),
      body: {
        ...{ apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } },
        deleteOptions: { preconditions: { uid } },
      },
      what: `evict Pod ${namespace}/${name}`,
      signal,
    });
    return undefined;
  } catch (error) {
    if (wasRefusedWith(error, 404) || wasRefusedWith(error, 409)) return undefined;
    if (!wasRefusedWith(error, 429)) throw error;
    const budget = error.status.details.causes.find(({ reason }) => reason === "DisruptionBudget");
    return budget?.message || error.status.message;
  }
}
