import { resolve } from "node:path";
import { planDeploy } from "../../k8s/manifests/plan-deploy.ts";
import { roomAhead } from "../../k8s/preflight/room-ahead.ts";
import type { CloudReader } from "../../provision/cloud.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import { myAddress } from "../../provision/network/my-address.ts";
import type { Change } from "../../provision/plan/change.ts";
import { planSurvey, refuseBlocked } from "../../provision/plan/plan.ts";
import { preflight } from "../../provision/plan/preflight.ts";
import { hourlyUsd } from "../../provision/plan/prices.ts";
import { checkUploads } from "../../provision/plan/uploads.ts";
import { localFile } from "../../provision/ssh/local-file.ts";
import { type Survey, surveyCluster } from "../../provision/survey.ts";
import type { Ca3Error } from "../../support/errors.ts";
import type { Context } from "../command.ts";
import { deployWish } from "../deploy/wish.ts";

export type Checked = {
  readonly survey: Survey;
  readonly changes: readonly Change[];
  /** What does not forbid a run, and would go wrong after it. */
  readonly warnings: readonly string[];
};

export type CheckOptions = {
  readonly uid: string | undefined;
  readonly publicKey: string;
  /** A run is to follow, and what is blocked stops it. */
  readonly toRun: boolean;
};

/** Asks AWS what there is, plans, and tries what can be tried. Reads only. Throws what forbids a run. */
export async function checkedPlan(
  context: Context,
  cloud: CloudReader,
  settings: ClusterSettings,
  { uid, publicKey, toRun }: CheckOptions,
): Promise<Checked> {
  const survey = await surveyCluster(cloud, {
    ...{ settings, uid, publicKey },
    myAddress: (withinMs) => myAddress(settings.whoAmI, withinMs),
  });
  const changes = planSurvey(survey);
  if (toRun) refuseBlocked(changes);
  await checkUploads(settings, (path) => localFile(resolve(context.cwd, path)));
  const warnings = await preflight(cloud, settings, survey, changes);
  const room = await lackOfRoom(context, cloud, settings, survey);
  return {
    survey,
    changes,
    warnings: [...warnings, ...(room === undefined ? [] : [room])],
  };
}

/** Whether what `ca3 deploy` would bring finds room on the machines that are planned, and on which it would. */
async function lackOfRoom(
  context: Context,
  cloud: CloudReader,
  settings: ClusterSettings,
  { want, facts }: Survey,
): Promise<string | undefined> {
  // what is wrong with the other sections is told by ca3 config check, and is no matter of machines
  const wish = await deployWish(context).catch(() => undefined);
  if (wish === undefined) return undefined;
  const objects = planDeploy(wish).flatMap((stage) => stage.objects);
  const fits = (typeOf: (type: string) => string, known: typeof facts.machineTypes): Ca3Error | undefined =>
    roomAhead(
      objects,
      want.nodes.map(({ name, role, type, labels, taints }) => {
        const machine = known.find((one) => one.name === (role === "worker" ? typeOf(type) : type));
        return { name, role, labels, taints, vcpus: machine?.vcpus ?? 0, memoryMib: machine?.memoryMib ?? 0 };
      }),
      want.cluster,
    );
  const lack = fits((type) => type, facts.machineTypes);
  if (lack === undefined) return undefined;
  const cheapest = Object.keys(hourlyUsd).sort((a, b) => hourlyUsd[a]! - hourlyUsd[b]!);
  const known = await cloud.machineTypes([
    ...new Set([...cheapest, ...facts.machineTypes.map(({ name }) => name)]),
  ]);
  const enough = cheapest.find((type) => {
    const machine = known.find(({ name }) => name === type);
    return machine?.archs.includes(settings.arch) && fits(() => type, known) === undefined;
  });
  const way = enough === undefined ? "add workers" : `workers of ${enough} would have it`;
  return `ca3 deploy (profile ${wish.deploy.profile}) would not fit: ${lack.message.split("\n")[0]}; ${way}, or choose a smaller deploy.profile`;
}
