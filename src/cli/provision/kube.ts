import type { KubeClient } from "../../k8s/client/client.ts";
import { openText } from "../../k8s/client/open-text.ts";
import { NodeKeeper } from "../../k8s/nodes/keeper.ts";
import type { KubeApi, KubeOpener, OpenKube } from "../../provision/access/open-kube.ts";
import { openTunnel, type Tunnel } from "../../provision/access/tunnel.ts";
import { systemClock } from "../../support/clock.ts";

const REQUEST_MS = 20_000;

export type OpenKubeClient = OpenKube & { readonly client: KubeClient };

/** Kubernetes as the control plane reaches it, through SSH: it works as well when the API is closed to the outside. */
export function kubeClientOf(
  cluster: string,
  signal: AbortSignal,
  { kubeconfig, forward }: KubeApi,
): OpenKubeClient {
  const tunnels: Tunnel[] = [];
  const client = openText(kubeconfig, {
    ...{ cluster, from: "of the control plane", requestTimeoutMs: REQUEST_MS, clock: systemClock },
    through: async ({ protocol, hostname, port }) => {
      const way = () => forward(hostname, Number(port || 443));
      // what is wrong with SSH is said as that, and not as a connection to the API that was cut
      (await way()).destroy();
      const tunnel = await openTunnel({ port: 0, way, onTrouble: () => {} });
      tunnels.push(tunnel);
      return `${protocol}//127.0.0.1:${tunnel.port}`;
    },
  });
  return {
    client,
    nodes: new NodeKeeper(client, signal),
    async close() {
      for (const tunnel of tunnels) await tunnel.close();
    },
  };
}

export const kubeOpener =
  (cluster: string, signal: AbortSignal): KubeOpener =>
  (api) =>
    kubeClientOf(cluster, signal, api);
