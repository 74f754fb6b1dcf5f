import { Ca3Error } from "../../support/errors.ts";
import type { KubeNodes } from "../kube.ts";
import type { SeenNode } from "../model.ts";
import { planLeave } from "../plan/leave.ts";
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
 * Takes nodes out of the cluster and ends their machines, one after the other. A run that was cut off is gone on with by
 * the same command: a node that was forgotten is drained no more, and a machine that was ended is only waited for.
 */
export async function leaveCluster(
  site: Site,
  names: readonly string[],
  steps: Steps,
  { lock, kube, ...wish }: LeaveOptions,
): Promise<readonly SeenNode[]> {
  const { cluster } = site.parts;
  const vpc = site.seen.vpcs[0];
  if (vpc === undefined)
    throw new Ca3Error("CA3_NOT_FOUND", `there is no cluster ${cluster}`, { hint: "ca3 orphans" });
  return withLock(site, vpc.id, lock, async () => {
    const leaving = planLeave(names, cluster, await site.refresh(), await kube.nodes());
    for (const machine of leaving) {
      await steps.run(`drain-${machine.name}`, `Move the pods off ${machine.name}`, (waiting) =>
        takeOut(kube, cluster, machine, wish, waiting),
      );
      await steps.run(`end-${machine.name}`, `End the machine of ${machine.name}`, (waiting) =>
        endMachine(site, machine, waiting),
      );
    }
    return leaving;
  });
}

/** Ends a machine with all that is its own, and waits until AWS has let go of it. */
async function endMachine(site: Site, machine: SeenNode, waiting: (reason: string) => void): Promise<void> {
  const { cloud, parts } = site;
  site.goOn();
  await cloud.terminateNodes([machine.id]);
  parts.report({ type: "resource.deleted", component: "node", name: machine.name, id: machine.id });
  await untilNothing(site, waiting, async () =>
    (await site.refresh()).nodes
      .filter(({ id }) => id === machine.id)
      .map(({ id, state }) => `${id} is ${state}`),
  );
  const address = addressOf(site.seen, machine.name);
  if (address !== undefined) {
    await cloud.releaseAddress(address.id, address.associationId);
    parts.report({
      type: "resource.deleted",
      component: "address",
      name: `address of ${machine.name}`,
      id: address.id,
    });
  }
  await untilNothing(site, waiting, async () =>
    (await cloud.tagged(parts.cluster))
      .filter(({ tags }) => tags[tag.node] === machine.name && tags[tag.uid] === site.uid)
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
