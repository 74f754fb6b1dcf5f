import type { GroupName, Want } from "../model.ts";
import { diffRules, groupNames, groupOf } from "../plan/groups.ts";
import type { Site } from "../run/site.ts";
import { tagsFor } from "../tags.ts";
import { ownerOf } from "./owner.ts";

/** Both security groups with exactly the rules that are wanted. New ones are added before others are taken away. */
export async function ensureGroups(
  site: Site,
  want: Want,
  vpcId: string,
): Promise<Readonly<Record<GroupName, string>>> {
  const owner = ownerOf(site, want);
  const ids = {} as Record<GroupName, string>;
  const there = groupNames.filter((name) => groupOf(site.seen, name) !== undefined);
  for (const name of groupNames) {
    const component = `group-${name}` as const;
    const group = await site.ensure(
      "groups",
      (seen) => groupOf(seen, name),
      { component, name: `group ${name}` },
      () =>
        site.cloud.createGroup(
          vpcId,
          `ca3-${want.cluster}-${name}`,
          `${name} nodes of ${want.cluster}`,
          tagsFor(owner, component),
        ),
    );
    ids[name] = group.id;
  }
  const differences = groupNames.map((name) => ({
    ...{ name, id: ids[name] },
    ...diffRules(want.rules[name], groupOf(site.seen, name), site.seen),
  }));
  for (const { id, add } of differences) {
    site.goOn();
    await site.cloud.addRules(id, add, ids);
  }
  for (const { id, remove } of differences) {
    site.goOn();
    await site.cloud.removeRules(id, remove);
  }
  for (const { name, id, add, remove } of differences)
    if (there.includes(name) && add.length + remove.length > 0)
      site.parts.report({ type: "resource.changed", component: `group-${name}`, name: `group ${name}`, id });
  return ids;
}
