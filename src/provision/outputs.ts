import type { Identity } from "./cloud.ts";
import type { Seen } from "./model.ts";
import { groupOf } from "./plan/groups.ts";
import { addressOf, liveNodes } from "./plan/nodes.ts";
import { isControl, tag } from "./tags.ts";

/** What scripts ask for, by the names that people know from Terraform outputs. */
export type Outputs = {
  readonly cluster: string;
  readonly uid: string;
  readonly account_id: string;
  readonly region: string;
  readonly chosen_az: string;
  readonly vpc_id: string;
  readonly vpc_cidr_block: string;
  readonly subnet_id: string;
  readonly security_groups: Readonly<Record<string, string>>;
  readonly control_plane_public_ip: string;
  readonly control_plane_private_ip: string;
  readonly worker_private_ips: readonly string[];
  readonly worker_public_ips: readonly string[];
  readonly nodes: readonly {
    readonly name: string;
    readonly id: string;
    readonly type: string;
    readonly state: string;
    readonly privateIp: string;
    readonly publicIp: string;
  }[];
};

/** Addresses and ids of a cluster. Pure; what does not exist is an empty string. */
export function outputsOf(cluster: string, region: string, { account }: Identity, seen: Seen): Outputs {
  const [vpc, subnet] = [seen.vpcs[0], seen.subnets[0]];
  const nodes = liveNodes(seen)
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .map((node) => ({
      ...{ name: node.name, id: node.id, type: node.type, state: node.state },
      privateIp: node.privateAddress ?? "",
      publicIp: addressOf(seen, node.name)?.address ?? node.publicAddress ?? "",
    }));
  const first = nodes.find(({ name }) => name === "cp-1");
  const workers = nodes.filter((node) => !isControl(node));
  return {
    ...{ cluster, region, account_id: account, uid: vpc?.tags[tag.uid] ?? "" },
    ...{ chosen_az: subnet?.zone ?? "", vpc_id: vpc?.id ?? "", vpc_cidr_block: vpc?.cidr ?? "" },
    subnet_id: subnet?.id ?? "",
    security_groups: Object.fromEntries(
      (["control", "worker"] as const).map((name) => [name, groupOf(seen, name)?.id ?? ""]),
    ),
    control_plane_public_ip: first?.publicIp ?? "",
    control_plane_private_ip: first?.privateIp ?? "",
    worker_private_ips: workers.map(({ privateIp }) => privateIp),
    worker_public_ips: workers.map(({ publicIp }) => publicIp),
    nodes,
  };
}

/** As lines that a shell can read: `CA3_VPC_ID='vpc-1'`; lists are joined by commas. */
export function asEnvironment({ nodes: _nodes, security_groups, ...outputs }: Outputs): string {
  const groups = Object.entries(security_groups).map(([name, id]) => [`security_group_${name}`, id] as const);
  return [...Object.entries(outputs), ...groups]
    .map(([name, value]) => `CA3_${name.toUpperCase()}='${[value].flat().join(",")}'`)
    .join("\n");
}
