import { Ca3Error } from "../../support/errors.ts";
import type { KubeNodes } from "../kube.ts";
import type { SeenNode } from "../model.ts";
import { type Leaving, planLeave, unknownNames } from "../plan/leave.ts";
import { addressOf } from "../plan/nodes.ts";
import { tag } from "../tags.ts";
import { type LockOptions, withLock } from "./lock.ts";
import type { Site } from "./site.ts";
import type { Steps } from "./steps.ts";
import { type TakeOutWish, takeOut } from "./take-out.ts";

const GONE_WITHIN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 3_000;

export type LeaveOptions = TakeOutWish & { readonly lock: LockOptions; readonly kube: KubeNodes };

/**
 * What there is of these nodes. Throws as `planLeave` does; a name that leaves no trace is looked for among the machines
 * that AWS has just ended, so that a run that had come so far can be repeated.
 */
export async function findLeaving(
  site: Site,
  names: readonly string[],
  kube: KubeNodes,
): Promise<readonly Leaving[]> {
  const { cluster } = site.parts;
  const around = { cluster, seen: await site.refresh(), nodes: await kube.nodes() };
  const ended = unknownNames(names, around).length === 0 ? [] : await endedNames(site);
  return planLeave(names, { ...around, ended });
}

const endedNames = async (site: Site): Promise<string[]> =>
  (await site.cloud.ended(site.parts.cluster))
    .filter(({ tags }) => tags[tag.uid] === site.uid)
    .map(({ name }) => name);

/**
 * Takes nodes out of the cluster and ends their machines, one after the other. A run that was cut off is gone on with by
 * the same command: a node that was forgotten is drained no more, a machine that was ended is only waited for, and a node
 * that has left altogether is no work.
 */
export async function leaveCluster(
  site: Site,
  names: readonly string[],
  steps: Steps,
  { lock, kube, ...wish }: LeaveOptions,
): Promise<readonly Leaving[]> {
  const { cluster } = site.parts;
  const vpc = site.seen.vpcs[0];
  if (vpc === undefined)
    throw new Ca3Error("CA3_NOT_FOUND", `there is no cluster ${cluster}`, { hint: "ca3 orphans" });
  return withLock(site, vpc.id, lock, async () => {
    const leaving = await findLeaving(site, names, kube);
    for (const { name, machine, node } of leaving) {
      if (node !== undefined)
        await steps.run(`drain-${name}`, `Move the pods off ${name}`, (waiting) =>
          takeOut(kube, cluster, { name, state: machine?.state }, wish, waiting),
        );
      await steps.run(`end-${name}`, `Terminate the machine of ${name}`, (waiting) =>
        endMachine(site, name, machine, waiting),
      );
    }
    return leaving;
  });
}

/** Ends a machine with all that is its own, and waits until AWS has let go of it. */
async function endMachine(
  site: Site,
  name: string,
  machine: SeenNode | undefined,
  waiting: (reason: string) => void,
): Promise<void> {
  const { cloud, parts } = site;
  site.goOn();
  if (machine !== undefined && machine.state !== "shutting-down") {
    await cloud.terminateNodes([machine.id]);
    parts.report({ type: "resource.deleted", component: "node", name, id: machine.id });
  }
  await untilNothing(site, waiting, async () =>
    (await site.refresh()).nodes
      .filter(({ id }) => id === machine?.id)
      .map(({ id, state }) => `${id} is ${state}`),
  );
  const address = addressOf(site.seen, name);
  if (address !== undefined) {
    site.goOn();
    await cloud.releaseAddress(address.id, address.associationId);
    const part = { component: "address", name: `address of ${name}`, id: address.id };
    parts.report({ type: "resource.deleted", ...part });
  }
  await untilNothing(site, waiting, async () =>
    (await cloud.tagged(parts.cluster))
      .filter(({ tags }) => tags[tag.node] === name && tags[tag.uid] === site.uid)
      .map(({ kind, id }) => `${kind} ${id}`),
  );
}

async function untilNothing(
  site: Site,
  waiting: (reason: string) => void,
  left: () => Promise<readonly string[]>,
): Promise<void> {
  const untilMs = site.clock.now() + GONE_WITHIN_MS;
  for (;;) {
    const things = await left();
    if (things.length === 0) return;
    if (site.clock.now() >= untilMs)
      throw new Ca3Error("CA3_CLOUD_LEFTOVERS", `still there: ${things.join(", ")}`, {
        hint: "run the same command again",
      });
    waiting(things.join(", "));
    await site.clock.sleep(LOOK_EVERY_MS, site.parts.signal);
    site.goOn();
  }
}
