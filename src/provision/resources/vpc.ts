import { randomBytes } from "node:crypto";
import { Ca3Error } from "../../support/errors.ts";
import type { SeenVpc, Want } from "../model.ts";
import type { Site } from "../run/site.ts";
import { tag, tagsFor } from "../tags.ts";

/**
 * The VPC, with which the cluster gets its id. No name keeps two runs from making one each at the same time, so a run
 * that made one looks again: the lower id stays, and the other run takes its own back.
 */
export async function ensureVpc(site: Site, want: Want): Promise<SeenVpc> {
  const there = site.seen.vpcs[0];
  if (there !== undefined) {
    site.uid = there.tags[tag.uid]!;
    return await protectAsWanted(site, want, there);
  }
  const uid = site.uid ?? randomBytes(6).toString("hex");
  site.uid = uid;
  const owner = { cluster: want.cluster, uid, extra: want.tags };
  const tags = tagsFor(owner, "vpc", {
    [tag.version]: want.k3sVersion,
    ...(want.protect ? { [tag.protect]: "true" } : {}),
  });
  const made = await site.ensure(
    "vpcs",
    ({ vpcs }) => vpcs[0],
    { component: "vpc", name: "vpc" },
    () => site.cloud.createVpc(want.vpcCidr, tags),
  );
  await giveWay(site, want, made);
  return made;
}

async function giveWay(site: Site, want: Want, own: SeenVpc): Promise<void> {
  const { vpcs } = await site.cloud.observe(want.cluster);
  const others = vpcs.filter(({ id }) => id !== own.id);
  const first = others.find(({ id }) => id < own.id);
  if (first === undefined) return;
  await site.cloud.deleteVpc(own.id);
  throw new Ca3Error("CA3_LOCKED", `another run has just started to create ${want.cluster}, in ${first.id}`, {
    hint: "wait for it, then run the same command again",
  });
}

async function protectAsWanted(site: Site, { protect }: Want, vpc: SeenVpc): Promise<SeenVpc> {
  const isProtected = vpc.tags[tag.protect] === "true";
  if (protect === isProtected) return vpc;
  site.goOn();
  if (protect) await site.cloud.setTags([vpc.id], { [tag.protect]: "true" });
  else await site.cloud.removeTags([vpc.id], [tag.protect]);
  site.parts.report({ type: "resource.changed", component: "vpc", name: "vpc", id: vpc.id });
  return vpc;
}
