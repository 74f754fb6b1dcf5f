import { type ExecuteOptions, execute } from "../../k8s/apply.ts";
import type { KubeClient } from "../../k8s/client/client.ts";
import { changesSame, hasWork, type Prepared, problemOf } from "../../k8s/deploy.ts";
import { systemRandom } from "../../k8s/generate.ts";
import { Ca3Error } from "../../support/errors.ts";
import { underLock } from "./locked.ts";
import type { ReadyDeployment } from "./prepared.ts";

export type CarryOutOptions = Pick<ExecuteOptions, "force" | "wait" | "timeoutMs" | "onEvent" | "signal"> & {
  /** Takes the lock from whoever holds it. */
  readonly breakIt: boolean;
  /** Somebody has agreed to what was prepared, and to nothing else. */
  readonly agreed?: boolean;
};

/**
 * Does what was prepared, while nobody else deploys to the cluster, and answers with what that was: under the lock all is
 * looked at anew, since others may have deployed meanwhile. Throws CA3_KUBE_LOCKED when it is no longer what was agreed to.
 * Where nothing is to be changed no lock is written either; it still waits until everything is ready.
 */
export async function carryOut(
  { client, prepared, again, helm }: ReadyDeployment,
  { breakIt, signal, agreed = false, ...options }: CarryOutOptions,
): Promise<Prepared> {
  const run = async (what: Prepared, stop: AbortSignal) => {
    await execute(client, what.plan, { ...what, ...options, random: systemRandom, helm, signal: stop });
    return what;
  };
  if (!hasWork(prepared)) return await run(prepared, signal);
  return await underLock(client, { breakIt, signal }, async (stop) => {
    const now = await again(stop);
    const problem = problemOf(now.plan);
    if (problem !== undefined) throw problem;
    if (agreed && !changesSame(prepared, now)) throw changedMeanwhile(client);
    return await run(now, stop);
  });
}

const changedMeanwhile = (client: KubeClient): Ca3Error =>
  new Ca3Error(
    "CA3_KUBE_LOCKED",
    `somebody else has changed the deployment in cluster ${client.cluster} since you were asked; nothing was changed`,
    { hint: "ca3 deploy again, and look at the new plan" },
  );
