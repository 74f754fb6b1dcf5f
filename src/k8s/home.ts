import { HOME_NAMESPACE } from "./apply-set.ts";
import type { KubeClient } from "./client/client.ts";
import type { KubeObject } from "./object.ts";

/** Makes the namespace in which `ca3` remembers things, once; when the manifests have it, they say how it is. */
export async function ensureHome(client: KubeClient, signal?: AbortSignal): Promise<void> {
  const home: KubeObject = {
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: {
      name: HOME_NAMESPACE,
      labels: {
        "app.kubernetes.io/managed-by": "ca3",
        "pod-security.kubernetes.io/enforce": "restricted",
      },
    },
  };
  await client.create(home, signal);
}
