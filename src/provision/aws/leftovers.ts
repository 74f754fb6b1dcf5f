import {
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Filter,
} from "@aws-sdk/client-ec2";
import type { Clock } from "../../support/clock.ts";
import type { TaggedThing } from "../cloud.ts";
import type { Seen } from "../model.ts";
import { call } from "./calls.ts";
import { tagsOf } from "./seen.ts";

const kinds: Readonly<Record<keyof Seen, string>> = {
  vpcs: "VPC",
  subnets: "subnet",
  gateways: "internet gateway",
  routes: "route table",
  groups: "security group",
  keys: "key pair",
  addresses: "elastic address",
  nodes: "machine",
};

/** The parts of clusters as one list. */
export function thingsOf(seen: Seen): TaggedThing[] {
  const { nodes, ...others } = seen;
  return [
    ...nodes.map(({ id, tags, type, state, launchedMs }) => ({
      ...{ kind: kinds.nodes, id, tags, type, state, createdMs: launchedMs },
    })),
    ...Object.entries(others).flatMap(([kind, list]) =>
      list.map(({ id, tags }) => ({ kind: kinds[kind as keyof Seen], id, tags })),
    ),
  ];
}

/** What machines may leave behind, which costs money: disks and network interfaces. */
export async function listRest(ec2: EC2Client, clock: Clock, filters: Filter[]): Promise<TaggedThing[]> {
  const doing = "cannot look for what machines have left";
  const [volumes, interfaces] = await Promise.all([
    call(doing, clock, () => ec2.send(new DescribeVolumesCommand({ Filters: filters }))),
    call(doing, clock, () => ec2.send(new DescribeNetworkInterfacesCommand({ Filters: filters }))),
  ]);
  return [
    ...(volumes.Volumes ?? [])
      .filter(({ State }) => State !== "deleted" && State !== "deleting")
      .map(({ VolumeId, Tags, Size, CreateTime }) => ({
        ...{ kind: "disk", id: VolumeId!, tags: tagsOf(Tags), diskGb: Size ?? 0 },
        ...(CreateTime ? { createdMs: CreateTime.getTime() } : {}),
      })),
    ...(interfaces.NetworkInterfaces ?? []).map(({ NetworkInterfaceId, TagSet }) => ({
      ...{ kind: "network interface", id: NetworkInterfaceId!, tags: tagsOf(TagSet) },
    })),
  ];
}
