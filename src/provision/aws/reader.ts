import {
  type _InstanceType,
  DescribeAccountAttributesCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  type Filter,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clock } from "../../support/clock.ts";
import type { CloudReader, MachineType } from "../cloud.ts";
import type { NodeArch, Seen } from "../model.ts";
import { tag } from "../tags.ts";
import { call, unless } from "./calls.ts";
import type { AwsClients } from "./clients.ts";
import { listRest, thingsOf } from "./leftovers.ts";
import { permissionsOf } from "./permissions.ts";
import { tagsOf, toAddress, toGateway, toGroup, toKey, toNode, toRoutes, toSubnet, toVpc } from "./seen.ts";
import { strangersOf } from "./strangers.ts";

/** Everything but machines that are gone: AWS keeps those in sight for an hour. */
const LIVE = ["pending", "running", "stopping", "stopped", "shutting-down"];
/** Canonical's. */
const UBUNTU_OWNER = "099720109477";
const ubuntuParameter = (arch: NodeArch) =>
  `/aws/service/canonical/ubuntu/server/24.04/stable/current/${arch}/hvm/ebs-gp3/ami-id`;

/** EC2, STS and SSM as a `CloudReader`. */
export function awsReader(clients: AwsClients, region: string, clock: Clock): CloudReader {
  const { reading, sts, ssm } = clients;
  const as = clients.profile === undefined ? "" : ` with the profile ${clients.profile}`;
  const page = { client: reading, pageSize: 200 };
  const all = <P, T>(
    doing: string,
    pages: () => AsyncIterable<P>,
    pick: (page: P) => readonly T[] | undefined,
  ) =>
    call(doing, clock, async () => {
      const found: T[] = [];
      for await (const one of pages()) found.push(...(pick(one) ?? []));
      return found;
    });

  async function observe(filters: Filter[], cluster = "clusters"): Promise<Seen> {
    const ours = { Filters: filters };
    const live = { Filters: [...ours.Filters, { Name: "instance-state-name", Values: LIVE }] };
    const doing = `cannot look for the parts of ${cluster}`;
    const [vpcs, subnets, gateways, routes, groups, keys, addresses, reservations] = await Promise.all([
      all(
        doing,
        () => paginateDescribeVpcs(page, ours),
        ({ Vpcs }) => Vpcs,
      ),
      all(
        doing,
        () => paginateDescribeSubnets(page, ours),
        ({ Subnets }) => Subnets,
      ),
      all(
        doing,
        () => paginateDescribeInternetGateways(page, ours),
        (one) => one.InternetGateways,
      ),
      all(
        doing,
        () => paginateDescribeRouteTables({ ...page, pageSize: 100 }, ours),
        (one) => one.RouteTables,
      ),
      all(
        doing,
        () => paginateDescribeSecurityGroups(page, ours),
        ({ SecurityGroups }) => SecurityGroups,
      ),
      call(doing, clock, () => reading.send(new DescribeKeyPairsCommand(ours))),
      call(doing, clock, () => reading.send(new DescribeAddressesCommand(ours))),
      all(
        doing,
        () => paginateDescribeInstances(page, live),
        ({ Reservations }) => Reservations,
      ),
    ]);
    return {
      vpcs: vpcs.map(toVpc),
      subnets: subnets.map(toSubnet),
      gateways: gateways.map(toGateway),
      routes: routes.map(toRoutes),
      groups: groups.map(toGroup),
      keys: (keys.KeyPairs ?? []).map(toKey),
      addresses: (addresses.Addresses ?? []).map(toAddress),
      nodes: reservations.flatMap(({ Instances }) => Instances ?? []).map(toNode),
    };
  }

  return {
    region,
    identity: () =>
      call(`cannot ask AWS who we are${as}`, clock, async () => {
        const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
        return { account: Account!, arn: Arn! };
      }),

    observe: (cluster) => observe([{ Name: `tag:${tag.cluster}`, Values: [cluster] }], cluster),

    async zones(types) {
      const doing = "cannot ask which zones offer the machine types";
      const [{ AvailabilityZones = [] }, { InstanceTypeOfferings = [] }] = await Promise.all([
        call(doing, clock, () =>
          reading.send(
            new DescribeAvailabilityZonesCommand({
              Filters: [{ Name: "zone-type", Values: ["availability-zone"] }],
            }),
          ),
        ),
        call(doing, clock, () =>
          reading.send(
            new DescribeInstanceTypeOfferingsCommand({
              LocationType: "availability-zone",
              Filters: [{ Name: "instance-type", Values: [...types] }],
            }),
          ),
        ),
      ]);
      return AvailabilityZones.filter(({ State }) => State === undefined || State === "available")
        .map(({ ZoneName, ZoneId }) => ({
          name: ZoneName!,
          id: ZoneId!,
          types: new Set(
            InstanceTypeOfferings.filter(({ Location }) => Location === ZoneName).map(
              (one) => `${one.InstanceType}`,
            ),
          ),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async machineTypes(names): Promise<readonly MachineType[]> {
      const wanted = [...names] as _InstanceType[];
      const answer = await unless(["missing", "refused"], "cannot ask about machine types", clock, () =>
        reading.send(new DescribeInstanceTypesCommand({ InstanceTypes: wanted })),
      );
      return (answer?.InstanceTypes ?? []).map((one) => ({
        name: one.InstanceType!,
        vcpus: one.VCpuInfo?.DefaultVCpus ?? 0,
        memoryMib: one.MemoryInfo?.SizeInMiB ?? 0,
        archs: (one.ProcessorInfo?.SupportedArchitectures ?? []).flatMap((arch) =>
          arch === "x86_64" ? ["amd64"] : arch === "arm64" ? ["arm64"] : [],
        ) as NodeArch[],
      }));
    },

    async ubuntuImage(arch) {
      const parameter = await unless(["missing", "denied"], "cannot ask for the Ubuntu image", clock, () =>
        ssm.send(new GetParameterCommand({ Name: ubuntuParameter(arch) })),
      );
      if (parameter?.Parameter?.Value) return parameter.Parameter.Value;
      const { Images = [] } = await call("cannot look for the Ubuntu image", clock, () =>
        reading.send(
          new DescribeImagesCommand({
            Owners: [UBUNTU_OWNER],
            Filters: [
              { Name: "name", Values: [`ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-${arch}-server-*`] },
              { Name: "state", Values: ["available"] },
            ],
          }),
        ),
      );
      const newest = Images.toSorted((a, b) => ((a.CreationDate ?? "") < (b.CreationDate ?? "") ? 1 : -1))[0];
      return newest?.ImageId ?? "";
    },

    async imageExists(id) {
      const answer = await unless(["missing"], `cannot look for the image ${id}`, clock, () =>
        reading.send(new DescribeImagesCommand({ ImageIds: [id] })),
      );
      return (answer?.Images ?? []).some(({ State }) => State === undefined || State === "available");
    },

    async addressQuota() {
      const doing = "cannot ask how many addresses the account may have";
      const [{ AccountAttributes = [] }, { Addresses = [] }] = await Promise.all([
        call(doing, clock, () =>
          reading.send(
            new DescribeAccountAttributesCommand({ AttributeNames: ["vpc-max-elastic-ips" as never] }),
          ),
        ),
        call(doing, clock, () => reading.send(new DescribeAddressesCommand({}))),
      ]);
      const limit = Number(AccountAttributes[0]?.AttributeValues?.[0]?.AttributeValue);
      return { limit: limit > 0 ? limit : undefined, used: Addresses.length };
    },

    permissions: (trial) => permissionsOf(clients.writing, clock, trial),
    strangers: (vpcId, owner) => strangersOf(reading, clock, vpcId, owner, LIVE),

    async tagged(cluster) {
      const filters = [
        cluster === undefined
          ? { Name: "tag-key", Values: [tag.cluster] }
          : { Name: `tag:${tag.cluster}`, Values: [cluster] },
      ];
      const [parts, rest] = await Promise.all([observe(filters), listRest(reading, clock, filters)]);
      return [...thingsOf(parts), ...rest];
    },

    async ended(cluster) {
      const filters = [
        { Name: `tag:${tag.cluster}`, Values: [cluster] },
        { Name: "instance-state-name", Values: ["terminated"] },
      ];
      const reservations = await all(
        `cannot look for machines of ${cluster} that are gone`,
        () => paginateDescribeInstances(page, { Filters: filters }),
        ({ Reservations }) => Reservations,
      );
      return reservations.flatMap(({ Instances }) => Instances ?? []).map(toNode);
    },

    async strangersIn(vpcId) {
      const { NetworkInterfaces = [] } = await call(`cannot look into ${vpcId}`, clock, () =>
        reading.send(
          new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
        ),
      );
      return NetworkInterfaces.map((one) => ({
        kind: `network interface (${one.Description || one.InterfaceType || "no description"})`,
        id: one.NetworkInterfaceId!,
        tags: tagsOf(one.TagSet),
      }));
    },
  };
}
