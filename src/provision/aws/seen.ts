import type * as ec2 from "@aws-sdk/client-ec2";
import type {
  NodeState,
  SeenAddress,
  SeenGateway,
  SeenGroup,
  SeenKey,
  SeenNode,
  SeenRoutes,
  SeenRule,
  SeenSubnet,
  SeenVpc,
  Tags,
} from "../model.ts";
import { tag } from "../tags.ts";

/** What AWS answers, in our terms. Everything here is pure. */
export const tagsOf = (tags: readonly ec2.Tag[] | undefined): Tags =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));

export const toVpc = (vpc: ec2.Vpc): SeenVpc => ({
  id: vpc.VpcId!,
  tags: tagsOf(vpc.Tags),
  cidr: vpc.CidrBlock!,
});

export const toSubnet = (subnet: ec2.Subnet): SeenSubnet => ({
  id: subnet.SubnetId!,
  tags: tagsOf(subnet.Tags),
  cidr: subnet.CidrBlock!,
  zone: subnet.AvailabilityZone!,
  vpcId: subnet.VpcId!,
});

export const toGateway = (gateway: ec2.InternetGateway): SeenGateway => ({
  id: gateway.InternetGatewayId!,
  tags: tagsOf(gateway.Tags),
  vpcId: gateway.Attachments?.[0]?.VpcId,
});

export const toRoutes = (table: ec2.RouteTable): SeenRoutes => ({
  id: table.RouteTableId!,
  tags: tagsOf(table.Tags),
  vpcId: table.VpcId!,
  subnetIds: (table.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
  gatewayId: table.Routes?.find((route) => route.DestinationCidrBlock === "0.0.0.0/0")?.GatewayId,
});

export const toGroup = (group: ec2.SecurityGroup): SeenGroup => ({
  id: group.GroupId!,
  tags: tagsOf(group.Tags),
  vpcId: group.VpcId!,
  name: group.GroupName!,
  rules: (group.IpPermissions ?? []).flatMap(toRules),
});

function toRules(permission: ec2.IpPermission): SeenRule[] {
  const protocol = permission.IpProtocol === "-1" ? "all" : (permission.IpProtocol as SeenRule["protocol"]);
  const ports = { fromPort: permission.FromPort ?? 0, toPort: permission.ToPort ?? 65_535 };
  const sources: SeenRule["from"][] = [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => ({ cidr: CidrIp! })),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => ({ cidr: CidrIpv6! })),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => ({ groupId: GroupId! })),
  ];
  return sources.map((from) => ({ protocol, ...ports, from }));
}

export const toKey = (key: ec2.KeyPairInfo): SeenKey => ({
  id: key.KeyPairId!,
  tags: tagsOf(key.Tags),
  name: key.KeyName!,
  fingerprint: key.KeyFingerprint ?? "",
});

export const toAddress = (address: ec2.Address): SeenAddress => ({
  id: address.AllocationId!,
  tags: tagsOf(address.Tags),
  address: address.PublicIp!,
  instanceId: address.InstanceId || undefined,
  associationId: address.AssociationId || undefined,
});

export function toNode(instance: ec2.Instance): SeenNode {
  const tags = tagsOf(instance.Tags);
  return {
    id: instance.InstanceId!,
    tags,
    name: tags[tag.node] ?? "",
    state: (instance.State?.Name ?? "pending") as NodeState,
    type: instance.InstanceType!,
    imageId: instance.ImageId!,
    zone: instance.Placement?.AvailabilityZone ?? "",
    privateAddress: instance.PrivateIpAddress || undefined,
    publicAddress: instance.PublicIpAddress || undefined,
    groupIds: (instance.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    launchedMs: instance.LaunchTime?.getTime() ?? 0,
    spot: instance.InstanceLifecycle === "spot",
  };
}
