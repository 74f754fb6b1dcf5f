import type { IpPermission } from "@aws-sdk/client-ec2";
import type { GroupName, Rule, SeenRule } from "../model.ts";

/** Rules as EC2 takes them, one permission each. */
export const toPermissions = (
  rules: readonly Rule[],
  groupIds: Readonly<Record<GroupName, string>>,
): IpPermission[] =>
  toSeenPermissions(
    rules.map((rule) => ({
      ...rule,
      from: "group" in rule.from ? { groupId: groupIds[rule.from.group] } : rule.from,
    })),
  );

export const toSeenPermissions = (rules: readonly SeenRule[]): IpPermission[] =>
  rules.map(({ protocol, fromPort, toPort, from }) => ({
    IpProtocol: protocol === "all" ? "-1" : protocol,
    ...(protocol === "all" ? {} : { FromPort: fromPort, ToPort: toPort }),
    ...("groupId" in from
      ? { UserIdGroupPairs: [{ GroupId: from.groupId }] }
      : from.cidr.includes(":")
        ? { Ipv6Ranges: [{ CidrIpv6: from.cidr }] }
        : { IpRanges: [{ CidrIp: from.cidr }] }),
  }));
