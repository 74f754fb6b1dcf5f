import type { Stranger } from "../cloud.ts";
import type { Component, Seen, Want } from "../model.ts";
import { overlaps, parseCidr } from "../network/cidr.ts";
import { tag } from "../tags.ts";
import type { Change } from "./change.ts";
import { groupNames } from "./groups.ts";

/**
 * What is in the VPC without the tags of the cluster. Most of it is somebody else's and only told. What stands where ours
 * should stand is ours with its tags edited, or in the way: a run would make it a second time, or fail half-way, so it
 * is stopped before. Pure.
 */
export function diffStrangers(want: Want, seen: Seen, strangers: readonly Stranger[]): Change[] {
  return strangers.map((one) => {
    const component = takesThePlaceOf(want, seen, one);
    if (component === undefined)
      return {
        ...({ action: "foreign", component: one.component, name: one.kind, id: one.id } as const),
        why: "not ours; it keeps the VPC from being deleted",
      };
    return {
      ...({ action: "blocked", component, name: one.kind, id: one.id } as const),
      why: `is in the place of that of ${want.cluster}, without its tags; if they were edited: ${restoring(want, seen, component, one)}; if it is not ours, delete it`,
    };
  });
}

function takesThePlaceOf(want: Want, seen: Seen, one: Stranger): Component | undefined {
  const ourGroups = seen.groups.map(({ id }) => id);
  switch (one.component) {
    case "node":
      return one.keyName?.startsWith(`ca3-${want.cluster}-`) ||
        one.groupIds?.some((id) => ourGroups.includes(id))
        ? "node"
        : undefined;
    case "subnet":
      return seen.subnets.length === 0 && overlaps(parseCidr(one.cidr!)!, parseCidr(want.subnetCidr)!)
        ? "subnet"
        : undefined;
    case "gateway":
      return seen.gateways.length === 0 ? "gateway" : undefined;
    case "routes":
      return one.subnetIds?.some((id) => seen.subnets.some((subnet) => subnet.id === id))
        ? "routes"
        : undefined;
    default: {
      const name = groupNames.find((group) => one.name === `ca3-${want.cluster}-${group}`);
      return name && `group-${name}`;
    }
  }
}

function restoring(
  { cluster, nodes }: Want,
  seen: Seen,
  component: Component,
  { id, name }: Stranger,
): string {
  const uid = seen.vpcs[0]?.tags[tag.uid] ?? "";
  const tags: Record<string, string> = { [tag.cluster]: cluster, [tag.uid]: uid, [tag.component]: component };
  const node = nodes.find((one) => name === `${cluster}-${one.name}`)?.name;
  if (component === "node") tags[tag.node] = node ?? "NAME";
  const words = Object.entries(tags).map(([key, value]) => `Key=${key},Value=${value}`);
  return `aws ec2 create-tags --resources ${id} --tags ${words.join(" ")}`;
}
