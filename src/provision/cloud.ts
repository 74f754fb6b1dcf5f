import type {
  Component,
  GroupName,
  NodeArch,
  NodeWant,
  Rule,
  Seen,
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
} from "./model.ts";

export type Identity = { readonly account: string; readonly arn: string };
export type MachineType = {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly archs: readonly NodeArch[];
};
export type Zone = { readonly name: string; readonly id: string; readonly types: ReadonlySet<string> };
/** A call that was tried without doing anything. */
export type PermissionCheck = {
  readonly action: string;
  readonly verdict: "allowed" | "denied" | "quota" | "capacity";
  readonly why?: string;
};
/** What a run would have to make. */
export type Trial = {
  readonly imageId: string;
  readonly machines: readonly { readonly type: string; readonly count: number; readonly spot: boolean }[];
  /** Absent: it has to be made as well. */
  readonly vpcId: string | undefined;
  readonly tags: Tags;
};
/** Something in the VPC of a cluster that does not bear the cluster's tags. */
export type Stranger = {
  readonly component: Component;
  /** In words. */
  readonly kind: string;
  readonly id: string;
  /** Of a group, or the tag Name of a machine. */
  readonly name?: string;
  readonly cidr?: string;
  readonly keyName?: string | undefined;
  readonly groupIds?: readonly string[];
  readonly subnetIds?: readonly string[];
};
export type TaggedThing = {
  readonly kind: string;
  readonly id: string;
  readonly tags: Tags;
  readonly createdMs?: number;
  /** Of a machine: what it costs depends on them. */
  readonly type?: string;
  readonly state?: string;
  readonly diskGb?: number;
};

/**
 * What the cloud tells and nothing more: `plan`, `status` and `outputs` get this type, so that a call that changes
 * something does not compile there. Rejects with CA3_CLOUD_* errors.
 */
export interface CloudReader {
  readonly region: string;
  identity(): Promise<Identity>;
  /** Everything with the tags of this cluster; of all clusters of that name when there are several. */
  observe(cluster: string): Promise<Seen>;
  /** The zones of the region, each with those of these machine types that it offers, sorted by name. */
  zones(types: readonly string[]): Promise<readonly Zone[]>;
  machineTypes(names: readonly string[]): Promise<readonly MachineType[]>;
  /** Id of the newest Ubuntu 24.04 image. */
  ubuntuImage(arch: NodeArch): Promise<string>;
  /** False when there is no such image, or none for us. */
  imageExists(id: string): Promise<boolean>;
  /** How many elastic addresses the account may have and has. */
  addressQuota(): Promise<{ readonly limit: number | undefined; readonly used: number }>;
  /** Tries the calls that provisioning needs without doing them. */
  permissions(trial: Trial): Promise<readonly PermissionCheck[]>;
  /** What is in the VPC of a cluster without being known as its part. */
  strangers(
    vpcId: string,
    owner: { readonly cluster: string; readonly uid: string },
  ): Promise<readonly Stranger[]>;
  /** Everything in the region that bears the tag `ca3:cluster`, of any cluster or of one. */
  tagged(cluster?: string): Promise<readonly TaggedThing[]>;
  /**
   * Machines of the cluster that are gone, of the last hour: AWS may take their tags from them after a while, and then
   * they are nobody's.
   */
  ended(cluster: string): Promise<readonly Pick<SeenNode, "name" | "tags">[]>;
  /** Things in the VPC that the cluster or somebody else made and that keep it from being deleted. */
  strangersIn(vpcId: string): Promise<readonly TaggedThing[]>;
}

export type NewNode = {
  readonly node: NodeWant;
  readonly token: string;
  readonly subnetId: string;
  readonly groupId: string;
  readonly keyName: string;
  readonly userData: string;
  readonly tags: Tags;
};

/**
 * The calls that change something, each idempotent on its own or guarded by who calls it. Creating answers with what was made;
 * deleting what is not there any more succeeds.
 */
export interface CloudWriter {
  createVpc(cidr: string, tags: Tags): Promise<SeenVpc>;
  createSubnet(vpcId: string, cidr: string, zone: string, tags: Tags): Promise<SeenSubnet>;
  /** New machines in it get a public address, which they need to reach the registries. */
  givePublicAddresses(subnetId: string): Promise<void>;
  createGateway(tags: Tags): Promise<SeenGateway>;
  attachGateway(gatewayId: string, vpcId: string): Promise<void>;
  createRoutes(vpcId: string, token: string, tags: Tags): Promise<SeenRoutes>;
  setDefaultRoute(routesId: string, gatewayId: string): Promise<void>;
  associateRoutes(routesId: string, subnetId: string): Promise<void>;
  createGroup(vpcId: string, name: string, description: string, tags: Tags): Promise<SeenGroup>;
  addRules(
    groupId: string,
    rules: readonly Rule[],
    groupIds: Readonly<Record<GroupName, string>>,
  ): Promise<void>;
  removeRules(groupId: string, rules: readonly SeenRule[]): Promise<void>;
  importKey(name: string, publicKey: string, tags: Tags): Promise<SeenKey>;
  allocateAddress(tags: Tags): Promise<SeenAddress>;
  associateAddress(addressId: string, nodeId: string): Promise<void>;
  /** Starts one machine; the same token never starts a second one. */
  startNode(node: NewNode): Promise<SeenNode>;
  terminateNodes(ids: readonly string[]): Promise<void>;
  setTags(ids: readonly string[], tags: Tags): Promise<void>;
  removeTags(ids: readonly string[], names: readonly string[]): Promise<void>;

  deleteVpc(id: string): Promise<void>;
  deleteSubnet(id: string): Promise<void>;
  detachGateway(gatewayId: string, vpcId: string): Promise<void>;
  deleteGateway(id: string): Promise<void>;
  deleteRoutes(id: string): Promise<void>;
  deleteGroup(id: string): Promise<void>;
  deleteKey(name: string): Promise<void>;
  releaseAddress(id: string, associationId: string | undefined): Promise<void>;
}

export type Cloud = CloudReader & CloudWriter;
