import { apiOnServer } from "../../provision/access/kubeconfig.ts";
import { openTunnel, type Tunnel } from "../../provision/access/tunnel.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import { onlyCluster } from "../../provision/plan/plan.ts";
import { checkAccount } from "../../provision/survey.ts";
import type { KeyPlace } from "./key.ts";
import { openCloudFor } from "./open.ts";
import { fleetOf, kubeconfigOf, type OpenFleet } from "./reach.ts";

export type ApiTunnel = {
  readonly uid?: string;
  /** `host:port` as the control plane reaches it; it is asked when this is absent. */
  readonly api?: string;
  /** Of this machine; 0 for any that is free. */
  readonly port: number;
  readonly onTrouble: (error: Error) => void;
};

/**
 * A port of this machine that leads to the Kubernetes API through SSH. A connection to the control plane that breaks is
 * made anew by the next one that needs it. Throws what is wrong with the way at once.
 */
export async function openApiTunnel(
  around: KeyPlace,
  settings: ClusterSettings,
  { uid, api, port, onTrouble }: ApiTunnel,
): Promise<Tunnel> {
  const cloud = await openCloudFor(settings);
  try {
    await checkAccount(cloud, settings);
    const seen = onlyCluster(settings.name, await cloud.observe(settings.name), uid);
    const fleet = await fleetOf(around, settings, seen);
    const { access } = fleet;
    try {
      const [, host = "", number = ""] = /^(.+):(\d+)$/.exec(api ?? (await askedOf(fleet))) ?? [];
      const way = () => access.toApi(host, Number(number));
      (await way()).destroy();
      const tunnel = await openTunnel({ port, way, onTrouble });
      const close = async () => {
        await tunnel.close();
        await access.close();
      };
      return { port: tunnel.port, close };
    } catch (error) {
      await access.close();
      throw error;
    }
  } finally {
    cloud.close();
  }
}

async function askedOf(fleet: OpenFleet): Promise<string> {
  const { hostname, port } = apiOnServer(await kubeconfigOf(fleet, new AbortController().signal));
  return `${hostname}:${port}`;
}
