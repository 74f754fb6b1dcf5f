import { hostname } from "node:os";
import type { KubeClient } from "../../k8s/client/client.ts";
import { takeLock } from "../../k8s/deploy-lock.ts";
import { userName } from "../user-name.ts";

export type LockedOptions = { readonly breakIt: boolean; readonly signal: AbortSignal };

/** Does something to the deployment of a cluster while nobody else does. `signal` of the work aborts when the lock is lost. */
export async function underLock<T>(
  client: KubeClient,
  { breakIt, signal }: LockedOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const holder = `${userName()}@${hostname()}, process ${process.pid}`;
  await using lock = await takeLock(client, { holder, breakIt, signal });
  try {
    return await work(AbortSignal.any([signal, lock.lost]));
  } catch (error) {
    if (lock.lost.aborted) throw lock.lost.reason;
    throw error;
  }
}
