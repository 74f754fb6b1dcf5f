import type { KubeClient } from "../../k8s/client/client.ts";
import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import type { Seen } from "../../provision/model.ts";
import { myAddress } from "../../provision/network/my-address.ts";
import type { Change } from "../../provision/plan/change.ts";
import { clusterHealth, leftovers } from "../../provision/plan/health.ts";
import { onlyCluster, planSurvey } from "../../provision/plan/plan.ts";
import { holderOf, lockOf } from "../../provision/run/lock.ts";
import { checkAccount, surveyCluster } from "../../provision/survey.ts";
import { systemClock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import type { Context } from "../command.ts";
import { hourlyOf } from "../render/cluster-things.ts";
import type { MachinesView } from "../render/machines.ts";
import { clusterKey } from "./key.ts";
import { kubeClientOf, type OpenKubeClient } from "./kube.ts";
import { openCloudFor } from "./open.ts";
import { fleetOf, kubeconfigOf, type OpenFleet } from "./reach.ts";

export type Lookout = {
  /** Nothing when the account has no such cluster. */
  look(): Promise<MachinesView | undefined>;
  /** Kubernetes through SSH; throws what keeps it from being reached. */
  client(): Promise<KubeClient>;
  close(): Promise<void>;
};

/** Looks at a cluster on AWS from both sides, as often as it is asked; what has been opened stays open. */
export async function openLookout(context: Context, settings: ClusterSettings): Promise<Lookout> {
  const { name: cluster, region } = settings;
  const cloud = await openCloudFor(settings);
  let fleet: OpenFleet | undefined;
  let kube: OpenKubeClient | undefined;

  async function opened(seen: Seen): Promise<OpenKubeClient> {
    if (kube !== undefined) return kube;
    fleet ??= await fleetOf(context, settings, seen);
    const kubeconfig = await kubeconfigOf(fleet, context.interrupted);
    const { access } = fleet;
    const forward = (host: string, port: number) => access.toApi(host, port);
    kube = kubeClientOf(cluster, context.interrupted, { kubeconfig, forward });
    return kube;
  }

  const observed = async () => onlyCluster(cluster, await cloud.observe(cluster));

  async function nodesOf(seen: Seen): Promise<readonly NodeFacts[] | Ca3Error> {
    try {
      return await (await opened(seen)).nodes.nodes();
    } catch (error) {
      if (error instanceof Ca3Error && error.code !== "CA3_INTERRUPTED") return error;
      throw error;
    }
  }

  return {
    async look() {
      await checkAccount(cloud, settings);
      const [seen, things] = await Promise.all([observed(), cloud.tagged(cluster)]);
      if (seen.vpcs.length === 0 && seen.nodes.length === 0) return undefined;
      const [nodes, changes] = await Promise.all([nodesOf(seen), changesOf(context, cloud, settings)]);
      const asked = nodes instanceof Ca3Error ? undefined : nodes;
      const lock = lockOf(seen.groups);
      return {
        ...{ cluster, region, changes, lock: lock && holderOf(lock) },
        rows: clusterHealth({ cluster, seen, nodes: asked, nowMs: systemClock.now() }),
        left: leftovers(things, seen).map(({ kind, id }) => `${kind} ${id}`),
        hourlyUsd: things.reduce((sum, one) => sum + hourlyOf(one), 0),
        unreachable: nodes instanceof Ca3Error ? nodes.message : undefined,
      };
    },
    client: async () => (await opened(await observed())).client,
    async close() {
      await kube?.close();
      await fleet?.access.close();
      cloud.close();
    },
  };
}

/** What differs from `ca3.yaml`; settings that no plan can be made of are the plan's matter. */
async function changesOf(
  context: Context,
  cloud: Awaited<ReturnType<typeof openCloudFor>>,
  settings: ClusterSettings,
): Promise<readonly Change[]> {
  try {
    const { publicKey } = await clusterKey(settings, context, false);
    const { whoAmI } = settings;
    const survey = await surveyCluster(cloud, {
      ...{ settings, publicKey },
      myAddress: (withinMs) => myAddress(whoAmI, withinMs),
    });
    return planSurvey(survey);
  } catch (error) {
    if (!(error instanceof Ca3Error)) throw error;
    context.io.note(`not compared with ca3.yaml: ${error.message.split("\n")[0]}`);
    return [];
  }
}
