import { Ca3Error } from "../../support/errors.ts";
import type { TaggedThing } from "../cloud.ts";
import { failureOfCause } from "../resources/outcome.ts";
import { tag } from "../tags.ts";
import { lockOf } from "./lock.ts";
import type { Site } from "./site.ts";
import type { Steps } from "./steps.ts";

/** AWS takes its time to let go of the network interfaces of machines that have ended. */
const LETS_GO_WITHIN_MS = 10 * 60_000;
const TRY_EVERY_MS = 3_000;

/** Throws CA3_PROTECTED for a cluster that says of itself that it may not be destroyed. */
export function refuseProtected(site: Site, asConfigured: boolean): void {
  const isTagged = site.seen.vpcs.some(({ tags }) => tags[tag.protect] === "true");
  if (!isTagged && !asConfigured) return;
  const why = isTagged ? `the tag ${tag.protect} of its VPC` : "cluster.protect";
  throw new Ca3Error("CA3_PROTECTED", `${site.parts.cluster} is protected by ${why}`, {
    hint: "set cluster.protect: false in ca3.yaml, run ca3 provision, then destroy",
  });
}

/**
 * Deletes every part, whatever of them exists, in the order in which one lets go of the other. Nothing loses its tags
 * before it is gone, so that a run that was cut off can be repeated. Needs neither settings nor local files.
 */
export async function destroyAll(site: Site, steps: Steps): Promise<void> {
  const { cloud } = site;
  await steps.run("machines", "Machines", async (waiting) => {
    site.goOn();
    const ids = site.seen.nodes.filter(({ state }) => state !== "shutting-down").map(({ id }) => id);
    await cloud.terminateNodes(ids);
    await untilGone(site, waiting);
  });
  await steps.run("addresses", "Addresses", async () => {
    for (const { id, associationId } of site.seen.addresses) {
      site.goOn();
      await cloud.releaseAddress(id, associationId);
    }
  });
  await steps.run("groups", "Security groups", async (waiting) => {
    const lock = lockOf(site.seen.groups);
    const groups = site.seen.groups.filter(({ id }) => id !== lock?.id);
    // rules name the other group, which then cannot be deleted
    for (const { id, rules } of groups) {
      site.goOn();
      await cloud.removeRules(id, rules);
    }
    for (const { id } of groups) await whenFree(site, id, waiting, () => cloud.deleteGroup(id));
  });
  await steps.run("network", "Network", async (waiting) => {
    for (const { id } of site.seen.subnets) await whenFree(site, id, waiting, () => cloud.deleteSubnet(id));
    for (const { id } of site.seen.routes) await whenFree(site, id, waiting, () => cloud.deleteRoutes(id));
    for (const { id, vpcId } of site.seen.gateways) {
      if (vpcId) await whenFree(site, id, waiting, () => cloud.detachGateway(id, vpcId));
      await whenFree(site, id, waiting, () => cloud.deleteGateway(id));
    }
  });
  await steps.run("key", "Key pair", async () => {
    for (const { name } of site.seen.keys) {
      site.goOn();
      await cloud.deleteKey(name);
    }
  });
}

/** The last part: the lock goes with the VPC that it is in. */
export async function destroyVpc(site: Site, steps: Steps): Promise<void> {
  await steps.run("vpc", "VPC", async (waiting) => {
    const { vpcs, groups } = await site.refresh();
    for (const { id } of groups) await whenFree(site, id, waiting, () => site.cloud.deleteGroup(id));
    for (const { id } of vpcs) await whenFree(site, id, waiting, () => site.cloud.deleteVpc(id));
  });
}

/** Asks AWS what still bears the tags of the cluster. Throws CA3_CLOUD_LEFTOVERS with the list. */
export async function proveGone(site: Site, waiting: (reason: string) => void): Promise<void> {
  const untilMs = site.clock.now() + 60_000;
  for (;;) {
    const left = (await site.cloud.tagged(site.parts.cluster)).filter(isOf(site.uid));
    if (left.length === 0) return;
    const text = left.map(({ kind, id }) => `${kind} ${id}`).join(", ");
    if (site.clock.now() >= untilMs)
      throw new Ca3Error("CA3_CLOUD_LEFTOVERS", `still there: ${text}`, { hint: "ca3 destroy" });
    waiting(text);
    await site.clock.sleep(TRY_EVERY_MS, site.parts.signal);
    site.goOn();
  }
}

const isOf =
  (uid: string | undefined) =>
  ({ tags }: TaggedThing): boolean =>
    uid === undefined || tags[tag.uid] === uid;

async function untilGone(site: Site, waiting: (reason: string) => void): Promise<void> {
  const untilMs = site.clock.now() + LETS_GO_WITHIN_MS;
  while ((await site.refresh()).nodes.length > 0) {
    const text = site.seen.nodes.map(({ name, id, state }) => `${name || id} is ${state}`).join(", ");
    if (site.clock.now() >= untilMs)
      throw new Ca3Error("CA3_CLOUD_LEFTOVERS", text, { hint: "run ca3 destroy again" });
    waiting(text);
    await site.clock.sleep(TRY_EVERY_MS, site.parts.signal);
    site.goOn();
  }
}

/** Tries until nothing uses the thing any more; what does is named when that takes too long. */
async function whenFree(
  site: Site,
  id: string,
  waiting: (reason: string) => void,
  remove: () => Promise<void>,
): Promise<void> {
  const untilMs = site.clock.now() + LETS_GO_WITHIN_MS;
  for (;;) {
    site.goOn();
    try {
      return await remove();
    } catch (error) {
      if (failureOfCause(error) !== "DependencyViolation") throw error;
      const vpcId = site.seen.vpcs[0]?.id;
      const users = vpcId === undefined ? [] : await site.cloud.strangersIn(vpcId);
      const who = users.map((one) => `${one.kind} ${one.id}`).join(", ") || "something";
      if (site.clock.now() >= untilMs)
        throw new Ca3Error("CA3_CLOUD_LEFTOVERS", `${id} is still used by ${who}`, {
          hint: "delete what is named, then run ca3 destroy again",
          cause: error,
        });
      waiting(`${id} is still used by ${who}`);
      await site.clock.sleep(TRY_EVERY_MS, site.parts.signal);
    }
  }
}
