import type { KubeClient } from "../../k8s/client/client.ts";
import { resources } from "../../k8s/client/resource.ts";
import { type LiveObject, textAt } from "../../k8s/live-object.ts";
import { isHelmChart } from "../../k8s/readiness/helm-chart.ts";
import { staysWithout } from "../../k8s/retention.ts";
import { sideBySide } from "../../support/side-by-side.ts";

const AT_ONCE = 4;
const ENDED: readonly unknown[] = ["Succeeded", "Failed"];

/**
 * Names of the namespaces among the members in which something of the deployment is, or a pod of whoever runs. One that an
 * undeployment has left behind holds nothing to protect, until somebody starts a pod there.
 */
export async function inhabited(
  client: KubeClient,
  members: readonly LiveObject[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names = members.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
  const used = new Set(members.flatMap(placesOf));
  const pods = await sideBySide(
    names.filter((name) => !used.has(name)),
    AT_ONCE,
    async (namespace) => (await client.list(resources.pods, { namespace }, signal)).objects,
  );
  for (const pod of pods.flat())
    if (!ENDED.includes(textAt(pod, "status", "phase"))) used.add(pod.metadata.namespace!);
  return names.filter((name) => used.has(name));
}

/** Where a member is, and where what it brings is; data that was kept counts as nowhere. */
function placesOf(member: LiveObject): readonly string[] {
  if (staysWithout(member) !== undefined) return [];
  const brings = isHelmChart(member) ? textAt(member, "spec", "targetNamespace") : undefined;
  return [member.metadata.namespace, brings].filter((name) => name !== undefined);
}
