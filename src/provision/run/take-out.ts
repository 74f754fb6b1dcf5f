import { Ca3Error } from "../../support/errors.ts";
import type { KubeNodes } from "../kube.ts";
import { hostName } from "../tags.ts";

/** How far a node may be emptied by force. */
export type TakeOutWish = {
  /** How long disruption budgets and ending pods may take, ms. */
  readonly withinMs: number;
  /** Pods without a controller may go. */
  readonly force: boolean;
  /** What is on the node's disk alone may be lost. */
  readonly deleteLocalData: boolean;
};

export const usualTakeOut: TakeOutWish = { withinMs: 5 * 60_000, force: false, deleteLocalData: false };

/** What a node says while it is emptied for good. */
export const LEAVING = "leave";

/** A node whose machine may be gone: it has no state then. */
export type GoingNode = { readonly name: string; readonly state: string | undefined };

/**
 * Takes a node out of Kubernetes: closed, emptied, forgotten. A machine that never joined, or was forgotten by a run that
 * was cut off, is no work. Throws CA3_DRAIN when pods or data are in the way; the node stays closed then.
 */
export async function takeOut(
  kube: KubeNodes,
  cluster: string,
  machine: GoingNode,
  { withinMs, force, deleteLocalData }: TakeOutWish,
  waiting: (reason: string) => void,
): Promise<void> {
  const name = hostName(cluster, machine.name);
  const node = (await kube.nodes()).find((one) => one.name === name);
  if (node === undefined) return;
  const data = deleteLocalData ? [] : await kube.localData(name);
  if (data.length > 0) throw hasData(machine, data);
  await kube.cordon(name, LEAVING);
  const lost = !node.ready || machine.state !== "running";
  await kube.drain(name, { withinMs, force, lost, giveUpData: deleteLocalData, waiting });
  await kube.forget(name);
}

function hasData({ name, state }: GoingNode, data: readonly string[]): Ca3Error {
  const list = data.join(", ");
  return state === undefined
    ? new Ca3Error("CA3_DRAIN", `the machine of ${name} is gone, and this was on its disk: ${list}`, {
        hint: "give it up with --delete-local-data: its owner starts afresh elsewhere",
      })
    : new Ca3Error("CA3_DRAIN", `${name} has data on its disk that is nowhere else: ${list}`, {
        hint: "move it first, or give it up with --delete-local-data: its owner starts afresh elsewhere",
      });
}
