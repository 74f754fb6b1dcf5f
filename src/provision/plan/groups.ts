import type { GroupName, Rule, Seen, SeenGroup, SeenRule, Want } from "../model.ts";
import { describeRule } from "../network/rules.ts";
import { tag } from "../tags.ts";
import type { Change } from "./change.ts";

export const groupNames: readonly GroupName[] = ["control", "worker"];

/** The security group of that name, as it is tagged. */
export const groupOf = (seen: Seen, name: GroupName): SeenGroup | undefined =>
  seen.groups.find(({ tags }) => tags[tag.component] === `group-${name}`);

export type RuleDiff = { readonly add: readonly Rule[]; readonly remove: readonly SeenRule[] };

/** Rules are a set: what is wanted and lacks, and what is there and is not wanted. */
export function diffRules(wanted: readonly Rule[], group: SeenGroup | undefined, seen: Seen): RuleDiff {
  const nameOf = (groupId: string) =>
    groupNames.find((name) => groupOf(seen, name)?.id === groupId) ?? groupId;
  const seenKeys = new Map(
    (group?.rules ?? []).map((rule) => [
      keyOf(rule, "cidr" in rule.from ? rule.from.cidr : nameOf(rule.from.groupId)),
      rule,
    ]),
  );
  const wantedKeys = new Map(wanted.map((rule) => [keyOf(rule, sourceOf(rule)), rule]));
  return {
    add: [...wantedKeys].filter(([key]) => !seenKeys.has(key)).map(([, rule]) => rule),
    remove: [...seenKeys].filter(([key]) => !wantedKeys.has(key)).map(([, rule]) => rule),
  };
}

/** Where traffic that a rule allows comes from: the name of a group, or a block of addresses. */
export const sourceOf = ({ from }: Rule): string => ("group" in from ? from.group : from.cidr);

const keyOf = ({ protocol, fromPort, toPort }: Omit<Rule, "from">, from: string) =>
  [protocol, fromPort, toPort, from].join("|");

/** What has to change so that each group has exactly the rules that are wanted. Pure. */
export function diffGroups(want: Want, seen: Seen): Change[] {
  return groupNames.flatMap((name): Change[] => {
    const part = { component: `group-${name}`, name: `group ${name}` } as const;
    const group = groupOf(seen, name);
    const { add, remove } = diffRules(want.rules[name], group, seen);
    const fields = [
      ...add.map((rule) => ({ field: "allow", to: describeRule(rule, sourceOf(rule)) })),
      ...remove.map((rule) => ({
        field: "allow",
        from: describeRule(rule, "cidr" in rule.from ? rule.from.cidr : rule.from.groupId),
      })),
    ];
    if (group === undefined) return [{ ...part, action: "create", fields }];
    return fields.length === 0 ? [] : [{ ...part, action: "change", id: group.id, fields }];
  });
}
