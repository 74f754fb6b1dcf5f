import type { Seen, Want } from "../model.ts";
import type { Change } from "./change.ts";
import { diffGroups } from "./groups.ts";

/** What differs in the network: VPC, subnet, gateway, routes, security groups, key pair, addresses. */
export function diffNetwork(want: Want, seen: Seen): Change[] {
  return [
    ...diffVpc(want, seen),
    ...diffSubnet(want, seen),
    ...diffGateway(seen),
    ...diffRoutes(seen),
    ...diffGroups(want, seen),
    ...diffKey(seen),
  ];
}

function diffVpc(want: Want, { vpcs: [vpc] }: Seen): Change[] {
  const part = { component: "vpc", name: "vpc" } as const;
  if (vpc === undefined)
    return [{ ...part, action: "create", fields: [{ field: "cidr", to: want.vpcCidr }] }];
  if (vpc.cidr === want.vpcCidr) return [];
  const fields = [{ field: "cidr", from: vpc.cidr, to: want.vpcCidr }];
  return [
    { ...part, action: "blocked", id: vpc.id, fields, why: "the addresses of a VPC cannot be changed" },
  ];
}

function diffSubnet(want: Want, { subnets: [subnet] }: Seen): Change[] {
  const part = { component: "subnet", name: "subnet" } as const;
  const wanted = { cidr: want.subnetCidr, zone: want.zone };
  if (subnet === undefined)
    return [
      { ...part, action: "create", fields: Object.entries(wanted).map(([field, to]) => ({ field, to })) },
    ];
  const fields = (["cidr", "zone"] as const)
    .filter((field) => subnet[field] !== wanted[field])
    .map((field) => ({ field, from: subnet[field], to: wanted[field] }));
  if (fields.length === 0) return [];
  return [
    { ...part, action: "blocked", id: subnet.id, fields, why: "machines cannot move to another subnet" },
  ];
}

function diffGateway({ gateways: [gateway] }: Seen): Change[] {
  const part = { component: "gateway", name: "gateway" } as const;
  if (gateway === undefined) return [{ ...part, action: "create" }];
  if (gateway.vpcId !== undefined) return [];
  return [{ ...part, action: "change", id: gateway.id, fields: [{ field: "attached to", to: "the VPC" }] }];
}

function diffRoutes({ routes: [routes], gateways: [gateway], subnets: [subnet] }: Seen): Change[] {
  const part = { component: "routes", name: "routes" } as const;
  if (routes === undefined)
    return [{ ...part, action: "create", fields: [{ field: "0.0.0.0/0", to: "the gateway" }] }];
  const fields = [
    ...(gateway === undefined || routes.gatewayId !== gateway.id
      ? [{ field: "0.0.0.0/0", ...(routes.gatewayId ? { from: routes.gatewayId } : {}), to: "the gateway" }]
      : []),
    ...(subnet === undefined || !routes.subnetIds.includes(subnet.id)
      ? [{ field: "associated with", to: "the subnet" }]
      : []),
  ];
  return fields.length === 0 ? [] : [{ ...part, action: "change", id: routes.id, fields }];
}

function diffKey({ keys: [key] }: Seen): Change[] {
  return key === undefined ? [{ action: "create", component: "key", name: "key" }] : [];
}
