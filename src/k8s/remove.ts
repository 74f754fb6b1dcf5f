import { Ca3Error } from "../support/errors.ts";
import type { KubeClient } from "./client/client.ts";
import type { DeleteOptions } from "./client/write.ts";
import type { LiveObject } from "./live-object.ts";
import { describeRef, type ObjectRef } from "./object.ts";
import { isHelmChart } from "./readiness/helm-chart.ts";

type Propagation = NonNullable<DeleteOptions["propagation"]>;

export type RemoveOptions = {
  readonly uid: string;
  readonly propagation: Propagation;
  readonly signal: AbortSignal;
  /** How long it may take to go, ms. */
  readonly timeoutMs?: number;
};

/** Pods get their grace period, and finalizers their controller. */
const GONE_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 250;

/**
 * How an object goes with what it owns. A HelmChart is emptied by a job that its controller makes, under an account of its
 * own: removed from below, both would go while the job still works.
 */
export const propagationOf = (ref: ObjectRef): Propagation =>
  isHelmChart(ref) ? "Background" : "Foreground";

/** Deletes an object and waits until it is gone. Throws CA3_KUBE_NOT_READY that says what holds it. */
export async function removeAndWait(
  client: KubeClient,
  ref: ObjectRef,
  options: RemoveOptions,
): Promise<void> {
  const { uid, propagation, signal, timeoutMs = GONE_WITHIN_MS } = options;
  await client.delete(ref, { uid, propagation, signal });
  const untilMs = client.clock.now() + timeoutMs;
  for (;;) {
    const live = await client.get(ref, signal);
    if (live === undefined || live.metadata.uid !== uid) return;
    if (client.clock.now() >= untilMs) throw stillThere(ref, live, timeoutMs);
    await client.clock.sleep(LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

function stillThere(ref: ObjectRef, live: LiveObject, ms: number): Ca3Error {
  const held = live.metadata.finalizers ?? [];
  const by = held.length === 0 ? "" : `; ${held.join(" and ")} must be done first`;
  return new Ca3Error("CA3_KUBE_NOT_READY", `${describeRef(ref)} is not gone after ${ms / 1000} s${by}`, {
    hint: "check the controller that is named, then run it again",
  });
}
