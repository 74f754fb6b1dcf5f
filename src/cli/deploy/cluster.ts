import { KubeClient } from "../../k8s/client/client.ts";
import { clusterSettings } from "../../k8s/client/config.ts";
import { openHttp } from "../../k8s/client/open.ts";
import { systemClock } from "../../support/clock.ts";
import type { Surroundings } from "../config-file.ts";
import { configured } from "../configured.ts";
import { tunnelOpener } from "../provision/tunnel-opener.ts";

/** The cluster that flags, environment and `ca3.yaml` name, not yet asked anything. */
export async function openCluster(around: Surroundings): Promise<KubeClient> {
  const settings = await configured(clusterSettings, around);
  const { cwd, env } = around;
  const openTunnel = tunnelOpener(around);
  const http = openHttp({ ...settings, cwd, home: env["HOME"], clock: systemClock, openTunnel });
  return new KubeClient(http, systemClock);
}
