import { Ca3Error } from "../../support/errors.ts";
import { sideBySide } from "../../support/side-by-side.ts";
import type { KubeClient } from "../client/client.ts";
import { resources } from "../client/resource.ts";
import { mergeObject } from "../client/write.ts";
import type { LiveObject } from "../live-object.ts";
import { evict } from "./evict.ts";
import { CORDONED_FOR } from "./node-facts.ts";
import { podName, podsToMove } from "./pods-to-move.ts";

export type DrainOptions = {
  /** How long disruption budgets and ending pods may take, ms. */
  readonly withinMs: number;
  /** Pods that nobody makes again may go, too. */
  readonly force: boolean;
  /** The node answers no more: its pods cannot say that they have ended, so that is not waited for. */
  readonly lost: boolean;
  readonly signal: AbortSignal;
  readonly waiting: (reason: string) => void;
};

/** What a whole run wants of it, however it is interrupted. */
export type DrainWish = Omit<DrainOptions, "signal"> & {
  /** What is on the node's disk may be lost: pods claim anew where they go. */
  readonly giveUpData: boolean;
};

const LOOK_EVERY_MS = 1_000;
/** More names than this are counted. */
const NAMED = 4;

/** Cordons a node, and notes on it what for, in place of an earlier note. */
export async function cordon(
  client: KubeClient,
  node: string,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  await mergeObject(
    ...([client.http, resources.nodes, { name: node }] as const),
    { metadata: { annotations: { [CORDONED_FOR]: reason } }, spec: { unschedulable: true } },
    { signal },
  );
}

/** Uncordons a node, and takes the note away. */
export async function uncordon(client: KubeClient, node: string, signal: AbortSignal): Promise<void> {
  await mergeObject(
    ...([client.http, resources.nodes, { name: node }] as const),
    { metadata: { annotations: { [CORDONED_FOR]: null } }, spec: { unschedulable: null } },
    { signal },
  );
}

/**
 * Moves the pods of a cordoned node elsewhere: evicts them as disruption budgets allow, again and again, until none is
 * left. Throws CA3_DRAIN that names what is in the way; what has been moved by then stays moved.
 */
export async function drain(client: KubeClient, node: string, options: DrainOptions): Promise<void> {
  const { signal, waiting, withinMs, force, lost } = options;
  const untilMs = client.clock.now() + withinMs;
  for (;;) {
    const where = { fields: `spec.nodeName=${node}` };
    const { move, ending, alone } = podsToMove((await client.list(resources.pods, where, signal)).objects);
    if (alone.length > 0 && !force)
      throw new Ca3Error(
        "CA3_DRAIN",
        `${node} has ${alone.length === 1 ? "a pod" : "pods"} that no controller would recreate: ${named(alone)}`,
        { hint: "delete them, or let them go: --force of ca3 leave and ca3 upgrade" },
      );
    const going = [...move, ...alone];
    const refusals = new Map<string, string>();
    await sideBySide(going, 4, async (pod) => {
      const why = await evict(client.http, pod, signal);
      if (why !== undefined) refusals.set(podName(pod), why);
    });
    if (refusals.size === 0 && (lost || going.length + ending.length === 0)) return;
    const text = [...refusals].map(([pod, why]) => `${pod} may not go: ${why}`);
    if (refusals.size === 0) text.push(`not terminated yet: ${named([...going, ...ending])}`);
    if (client.clock.now() >= untilMs)
      throw new Ca3Error("CA3_DRAIN", `after ${Math.round(withinMs / 1000)} s, ${node}: ${text.join("; ")}`, {
        hint: "provide capacity for the pod elsewhere, relax its disruption budget, or wait longer with --drain-within",
      });
    waiting(text.join("; "));
    await client.clock.sleep(LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

function named(pods: readonly LiveObject[]): string {
  const names = pods.map(podName);
  return names.length <= NAMED
    ? names.join(", ")
    : `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;
}
