import { Ca3Error } from "../support/errors.ts";
import type { MachineType, Zone } from "./cloud.ts";
import type { ClusterSettings } from "./config.ts";
import type { NodeWant, Want } from "./model.ts";
import { contains, containsAddress, overlaps, parseAddress, parseCidr } from "./network/cidr.ts";
import { rulesFor } from "./network/rules.ts";
import { chooseZone } from "./network/zone.ts";

/** What the cloud and this machine were asked for. */
export type Facts = {
  readonly zones: readonly Zone[];
  readonly machineTypes: readonly MachineType[];
  readonly imageId: string;
  readonly publicKey: string;
  /** The address that this machine is seen with; known where `my-ip` stands among the admins, else as far as it can be. */
  readonly myAddress: string | undefined;
  /** The zone of the subnet that exists. */
  readonly currentZone: string | undefined;
};

/** Every machine type that is asked for, once. */
export const typesOf = ({ controlPlaneType, workers }: ClusterSettings): string[] => [
  ...new Set([controlPlaneType, ...workers.filter(({ count }) => count > 0).map(({ type }) => type)]),
];

/** What K3s uses inside the cluster. Source: https://docs.k3s.io/cli/server#networking */
const K3S_BLOCKS = { pods: "10.42.0.0/16", services: "10.43.0.0/16" };
/** In every subnet. Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const TAKEN_BY_AWS = 5;

/** What settings say that cannot be, which a single setting does not show. All at once. */
function settingProblems(settings: ClusterSettings): string[] {
  const vpc = parseCidr(settings.vpcCidr)!;
  const subnet = parseCidr(settings.subnetCidr)!;
  const world = settings.admins.filter((admin) => admin === "0.0.0.0/0");
  const room = Math.max(0, 2 ** (32 - subnet.bits) - TAKEN_BY_AWS);
  const nodes = Number(settings.controlPlanes) + settings.workers.reduce((sum, { count }) => sum + count, 0);
  return [
    ...(contains(vpc, subnet)
      ? []
      : [`cluster.network.subnetCidr: ${settings.subnetCidr} is not inside the VPC, ${settings.vpcCidr}`]),
    ...(world.length > 0 && !settings.allowWorld
      ? [
          "cluster.network.admins: 0.0.0.0/0 is the whole world; set cluster.network.allowWorld if that is meant",
        ]
      : []),
    ...Object.entries(K3S_BLOCKS)
      .filter(([, block]) => overlaps(vpc, parseCidr(block)!))
      .map(
        ([of, block]) =>
          `cluster.network.vpcCidr: ${settings.vpcCidr} overlaps ${block}, which K3s gives to ${of}; choose another, such as 10.0.0.0/16`,
      ),
    ...(room < nodes
      ? [
          `cluster.network.subnetCidr: ${settings.subnetCidr} has addresses for ${room} machines, and there are ${nodes}`,
        ]
      : []),
    ...(settings.k3sSource === "upload" && settings.k3sBinary === undefined
      ? ["cluster.k3s.source: upload needs cluster.k3s.binary"]
      : []),
    ...(settings.controlPlanes === "3" && settings.datastore === "sqlite"
      ? ["cluster.controlPlane.datastore: three control planes need etcd"]
      : []),
  ];
}

/** The cluster that settings and facts describe. Throws CA3_CONFIG with all problems, or CA3_CLOUD_CAPACITY. */
export function wantedCluster(settings: ClusterSettings, facts: Facts): Want {
  const types = typesOf(settings);
  const problems = [
    ...settingProblems(settings),
    ...types.flatMap((type) => typeProblems(type, settings, facts.machineTypes)),
  ];
  if (problems.length > 0)
    throw new Ca3Error("CA3_CONFIG", problems.join("\n"), { hint: "ca3 config explain" });
  return {
    cluster: settings.name,
    region: settings.region,
    tags: settings.tags,
    vpcCidr: settings.vpcCidr,
    subnetCidr: settings.subnetCidr,
    zone: chooseZone(facts.zones, types, { wanted: settings.zone, current: facts.currentZone }),
    rules: rulesFor({
      admins: adminBlocks(settings, facts.myAddress),
      openApi: settings.api === "admins",
      together: settings.controlPlanes === "3",
    }),
    publicKey: facts.publicKey,
    nodes: wantedNodes(settings, facts.imageId),
    arch: settings.arch,
    k3sVersion: settings.k3sVersion,
    protect: settings.protect,
  };
}

function typeProblems(type: string, { arch }: ClusterSettings, known: readonly MachineType[]): string[] {
  const machine = known.find(({ name }) => name === type);
  if (machine === undefined) return [`${type}: there is no such machine type in this region`];
  return machine.archs.includes(arch)
    ? []
    : [`${type}: is a machine for ${machine.archs.join(" and ")}, and cluster.image.arch is ${arch}`];
}

/** What does not forbid a run, and would make it fail later. */
export function settingWarnings(settings: ClusterSettings, address: string | undefined): string[] {
  const mine = address === undefined ? undefined : parseAddress(address);
  const blocks = adminBlocks(settings, address).map((admin) => parseCidr(admin)!);
  return mine === undefined || blocks.some((block) => containsAddress(block, mine))
    ? []
    : [
        `cluster.network.admins: this machine is seen as ${address}, which is not among them, so SSH will not answer; add ${address}/32 or my-ip, or work from an address that is`,
      ];
}

const adminBlocks = ({ admins }: ClusterSettings, address: string | undefined): string[] => [
  ...new Set(admins.flatMap((admin) => (admin === "my-ip" ? (address ? [`${address}/32`] : []) : [admin]))),
];

function wantedNodes(settings: ClusterSettings, imageId: string): NodeWant[] {
  const image = { imageId, imagePinned: settings.ami !== "auto" };
  const controls = Array.from(
    { length: Number(settings.controlPlanes) },
    (_, at): NodeWant => ({
      ...image,
      ...{ name: `cp-${at + 1}`, role: "control", pool: "control-plane" },
      ...{ type: settings.controlPlaneType, diskGb: settings.controlPlaneDiskGb },
      ...{ spot: false, credit: "standard", labels: {}, taints: [] },
    }),
  );
  const workers = settings.workers.flatMap(({ name, count, ...pool }) =>
    Array.from(
      { length: count },
      (_, at): NodeWant => ({
        ...image,
        ...pool,
        ...{ name: `${name}-${at + 1}`, role: "worker", pool: name },
      }),
    ),
  );
  return [...controls, ...workers];
}
