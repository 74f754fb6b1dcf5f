import { Ca3Error } from "../../support/errors.ts";
import type { KubeClient } from "../client/client.ts";
import { wasRefusedWith } from "../client/http.ts";
import { resources } from "../client/resource.ts";
import type { LiveObject } from "../live-object.ts";
import type { Stage } from "../phases.ts";
import { capacityProblem } from "./capacity.ts";
import { missingRights, neededRights, rightsError, whoAmI } from "./rights.ts";
import { storageProblem } from "./storage.ts";
import { requireVersion, serverVersion } from "./version.ts";

/** Whether the cluster answers, is new enough, and lets the user do all that is needed. Throws what is not so. */
export async function requireAccess(
  client: KubeClient,
  stages: readonly Stage[],
  signal: AbortSignal,
): Promise<void> {
  requireVersion(await serverVersion(client, signal), client.cluster);
  const missing = await missingRights(client, await neededRights(client, stages), signal);
  if (missing.length > 0) throw rightsError(missing, await whoAmI(client, signal), client.cluster);
}

/** What the cluster lacks for what is wanted: volumes, room. What may not be seen is not judged. */
export async function lacks(
  client: KubeClient,
  stages: readonly Stage[],
  signal: AbortSignal,
): Promise<Ca3Error[]> {
  const wanted = stages.flatMap(({ objects }) => objects);
  const [classes, nodes, pods] = await Promise.all([
    seen(client, "storageClasses", signal),
    seen(client, "nodes", signal),
    seen(client, "pods", signal),
  ]);
  const problems = [
    classes === undefined ? undefined : storageProblem(wanted, classes, client.cluster),
    nodes === undefined || pods === undefined
      ? undefined
      : capacityProblem(wanted, nodes, pods, client.cluster),
  ];
  return problems.filter((one) => one !== undefined);
}

async function seen(
  client: KubeClient,
  kind: "storageClasses" | "nodes" | "pods",
  signal: AbortSignal,
): Promise<readonly LiveObject[] | undefined> {
  try {
    return (await client.list(resources[kind], {}, signal)).objects;
  } catch (error) {
    if (error instanceof Ca3Error && wasRefusedWith(error, 403)) return undefined;
    throw error;
  }
}
