import type { SeenNode, Want } from "../model.ts";
import { liveNodes } from "../plan/nodes.ts";
import { planCluster, refuseBlocked } from "../plan/plan.ts";
import { ensureVpc } from "../resources/vpc.ts";
import { ensureMachines } from "./ensure.ts";
import { type LockOptions, withLock } from "./lock.ts";
import type { Site } from "./site.ts";
import type { Steps } from "./steps.ts";

/** What is done on the machines themselves, over SSH. */
export interface Fleet {
  /** Brings all machines to what is wanted: K3s installed, nodes joined and Ready. Idempotent. */
  bringUp(machines: readonly SeenNode[], steps: Steps): Promise<void>;
  /** Takes a node out of Kubernetes: emptied, then forgotten. */
  takeOut(machine: SeenNode, waiting: (reason: string) => void): Promise<void>;
}

export type ProvisionOptions = {
  readonly lock: LockOptions;
  /** Absent: machines only. */
  readonly fleet?: Fleet | undefined;
};

/**
 * Makes what is there into what is wanted. Nothing is rolled back when it fails: everything that exists carries its tags, and
 * the next run goes on from there.
 */
export async function provisionCluster(
  site: Site,
  want: Want,
  steps: Steps,
  { lock, fleet }: ProvisionOptions,
): Promise<readonly SeenNode[]> {
  refuseBlocked(planCluster(want, await site.refresh()));
  const vpc = await steps.run("vpc", "VPC", () => ensureVpc(site, want));
  return withLock(site, vpc.id, lock, async () => {
    refuseBlocked(planCluster(want, await site.refresh()));
    await takeOutSurplus(site, want, steps, fleet);
    const machines = await ensureMachines(site, want, vpc.id, steps);
    await fleet?.bringUp(machines, steps);
    return machines;
  });
}

/** Machines that are wanted no more, or are to be others: drained first, the highest number first. */
async function takeOutSurplus(site: Site, want: Want, steps: Steps, fleet: Fleet | undefined): Promise<void> {
  const changes = planCluster(want, site.seen);
  const going = changes.filter(
    ({ component, action }) => component === "node" && (action === "delete" || action === "replace"),
  );
  for (const { name, id } of going) {
    const machine = liveNodes(site.seen).find((one) => one.id === id);
    if (machine === undefined) continue;
    await steps.run(`leave-${name}`, `Remove ${name}`, async (waiting) => {
      await fleet?.takeOut(machine, waiting);
      site.goOn();
      await site.cloud.terminateNodes([machine.id]);
      site.parts.report({ type: "resource.deleted", component: "node", name, id: machine.id });
    });
  }
  const surplus = changes.filter(({ component, action }) => component === "address" && action === "delete");
  for (const { id } of surplus) {
    const address = site.seen.addresses.find((one) => one.id === id);
    if (address) await site.cloud.releaseAddress(address.id, address.associationId);
  }
  if (going.length > 0 || surplus.length > 0) await site.refresh();
}
