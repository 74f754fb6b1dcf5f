import { type ExecuteOptions, execute } from "../../k8s/apply.ts";
import { hasWork } from "../../k8s/deploy.ts";
import { systemRandom } from "../../k8s/generate.ts";
import { underLock } from "./locked.ts";
import type { ReadyDeployment } from "./prepared.ts";

export type CarryOutOptions = Pick<ExecuteOptions, "force" | "wait" | "timeoutMs" | "onEvent" | "signal"> & {
  /** Takes the lock from whoever holds it. */
  readonly breakIt: boolean;
};

/**
 * Does what was prepared, while nobody else deploys to the cluster. Where nothing is to be changed no lock is written
 * either; it still waits until everything is ready.
 */
export async function carryOut(
  { client, prepared, helm }: ReadyDeployment,
  { breakIt, signal, ...options }: CarryOutOptions,
): Promise<void> {
  const run = (stop: AbortSignal) =>
    execute(client, prepared.plan, { ...prepared, ...options, random: systemRandom, helm, signal: stop });
  await (hasWork(prepared) ? underLock(client, { breakIt, signal }, run) : run(signal));
}
