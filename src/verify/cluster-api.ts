import type { KubeClient } from "../k8s/client/client.ts";
import { Refused } from "../k8s/client/http.ts";
import { pathOf, resources } from "../k8s/client/resource.ts";
import { tunnelEnd } from "../k8s/tunnel.ts";
import type { Api } from "./web-api.ts";

/**
 * The API of one processor pod, through the API server; always the same pod, so that its counters can be compared. It
 * gets no token: the API server keeps that header to itself, so only what needs none can be asked.
 */
export function apiInCluster(client: KubeClient, namespace: string): Api {
  let pod: Promise<string> | undefined;
  const find = async (signal: AbortSignal): Promise<string> => {
    const { name, port } = await tunnelEnd(client, "dashboard", namespace, signal);
    return `${pathOf(resources.pods, { namespace })}/${name}:${port}/proxy`;
  };
  return {
    where: `processor in namespace ${namespace}`,
    async get(path, signal) {
      pod ??= find(signal);
      pod.catch(() => {
        pod = undefined;
      });
      const what = `read ${path} of the processor`;
      try {
        const text = await client.http.text({ path: `${await pod}${path}`, accept: "*/*", what, signal });
        return { status: 200, text };
      } catch (error) {
        // Also what the API server itself says; the text tells which.
        if (!(error instanceof Refused) || error.status.code < 400) throw error;
        return { status: error.status.code, text: error.status.message };
      }
    },
  };
}
