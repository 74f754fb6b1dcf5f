import type { KubeClient } from "../../k8s/client/client.ts";
import { ofParts, type Prepared, prepare } from "../../k8s/deploy.ts";
import { clusterFacts } from "../../k8s/facts.ts";
import type { HelmCli } from "../../k8s/helm/cli.ts";
import { planDeploy } from "../../k8s/manifests/plan-deploy.ts";
import type { Part } from "../../k8s/phases.ts";
import { requireVersion, serverVersion } from "../../k8s/preflight/version.ts";
import type { Surroundings } from "../config-file.ts";
import { openCluster } from "./cluster.ts";
import { helmOnPath } from "./helm.ts";
import { deployWish } from "./wish.ts";

export type PrepareChoice = {
  readonly parts: readonly Part[];
  readonly force: boolean;
  readonly adopt: boolean;
  readonly signal: AbortSignal;
};

export type ReadyDeployment = {
  readonly client: KubeClient;
  readonly prepared: Prepared;
  /** Looks anew, at everything. */
  readonly again: (signal: AbortSignal) => Promise<Prepared>;
  /** Installs releases where the cluster has nobody who does. */
  readonly helm: HelmCli | undefined;
};

/** What `ca3.yaml` asks for, compared with what the cluster has. */
export async function prepareDeployment(
  around: Surroundings,
  { parts, ...options }: PrepareChoice,
): Promise<ReadyDeployment> {
  const wish = await deployWish(around);
  const client = await openCluster(around);
  requireVersion(await serverVersion(client, options.signal), client.cluster);
  const helm = await helmOnPath(around);
  const look = async (signal: AbortSignal) => {
    const stages = planDeploy(wish, await clusterFacts(client, signal));
    return await prepare(client, ofParts(stages, parts), { ...options, helm, signal });
  };
  const again = (signal: AbortSignal) => {
    client.discovery.forget();
    return look(signal);
  };
  return { client, helm, again, prepared: await look(options.signal) };
}
