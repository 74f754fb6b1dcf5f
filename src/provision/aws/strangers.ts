import {
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import type { Clock } from "../../support/clock.ts";
import type { Stranger } from "../cloud.ts";
import type { Tags } from "../model.ts";
import { tag } from "../tags.ts";
import { call } from "./calls.ts";
import { tagsOf } from "./seen.ts";

/** What is in the VPC and does not bear the tags of its cluster; the parts that AWS makes with a VPC are left out. */
export async function strangersOf(
  ec2: EC2Client,
  clock: Clock,
  vpcId: string,
  owner: { readonly cluster: string; readonly uid: string },
  live: readonly string[],
): Promise<Stranger[]> {
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const ask = <T>(send: () => Promise<T>) => call(`cannot look into ${vpcId}`, clock, send);
  const [subnets, groups, tables, gateways, instances] = await Promise.all([
    ask(() => ec2.send(new DescribeSubnetsCommand({ Filters }))),
    ask(() => ec2.send(new DescribeSecurityGroupsCommand({ Filters }))),
    ask(() => ec2.send(new DescribeRouteTablesCommand({ Filters }))),
    ask(() =>
      ec2.send(
        new DescribeInternetGatewaysCommand({ Filters: [{ Name: "attachment.vpc-id", Values: [vpcId] }] }),
      ),
    ),
    ask(() =>
      ec2.send(
        new DescribeInstancesCommand({
          Filters: [...Filters, { Name: "instance-state-name", Values: [...live] }],
        }),
      ),
    ),
  ]);
  const isStrange = (tags: Tags) => tags[tag.cluster] !== owner.cluster || tags[tag.uid] !== owner.uid;
  const all: (Stranger & { readonly tags: Tags })[] = [
    ...(subnets.Subnets ?? []).map(({ SubnetId, CidrBlock, Tags }) => ({
      ...({
        component: "subnet",
        kind: "subnet",
        id: SubnetId!,
        cidr: CidrBlock!,
        tags: tagsOf(Tags),
      } as const),
    })),
    ...(groups.SecurityGroups ?? [])
      .filter(({ GroupName }) => GroupName !== "default")
      .map(({ GroupId, GroupName, Tags }) => ({
        ...({ component: "lock", kind: "security group", id: GroupId!, name: GroupName! } as const),
        tags: tagsOf(Tags),
      })),
    ...(tables.RouteTables ?? [])
      .filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main))
      .map(({ RouteTableId, Associations = [], Tags }) => ({
        ...({ component: "routes", kind: "route table", id: RouteTableId!, tags: tagsOf(Tags) } as const),
        subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
      })),
    ...(gateways.InternetGateways ?? []).map(({ InternetGatewayId, Tags }) => ({
      ...({
        component: "gateway",
        kind: "internet gateway",
        id: InternetGatewayId!,
        tags: tagsOf(Tags),
      } as const),
    })),
    ...(instances.Reservations ?? []).flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId, KeyName, SecurityGroups = [], Tags }) => {
        const tags = tagsOf(Tags);
        return {
          ...({ component: "node", kind: "machine", id: InstanceId!, keyName: KeyName, tags } as const),
          ...(tags["Name"] === undefined ? {} : { name: tags["Name"] }),
          groupIds: SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []),
        };
      }),
    ),
  ];
  return all.filter(({ tags }) => isStrange(tags)).map(({ tags: _, ...one }) => one);
}
