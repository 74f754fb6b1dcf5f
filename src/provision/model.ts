/** The words of the room: what a cluster is made of, in our terms and not in those of any cloud's API. */
export type NodeArch = "amd64" | "arm64";

/** Parts that exist once or a few times; the value of the tag `ca3:component`. */
export const components = [
  "vpc",
  "subnet",
  "gateway",
  "routes",
  "group-control",
  "group-worker",
  "lock",
  "key",
  "address",
  "node",
] as const;
export type Component = (typeof components)[number];

export type Tags = Readonly<Record<string, string>>;

/** One opening of a security group: a protocol, a span of ports, and who may use it. */
export type Rule = {
  readonly protocol: "tcp" | "udp" | "all";
  readonly fromPort: number;
  readonly toPort: number;
  /** A block of addresses, or one of our own groups. */
  readonly from: { readonly cidr: string } | { readonly group: GroupName };
};
export type GroupName = "control" | "worker";

export type NodeRole = "control" | "worker";

/** A machine as it is to be. */
export type NodeWant = {
  /** `cp-1`, `default-2`; the host name is `<cluster>-<name>`. */
  readonly name: string;
  readonly role: NodeRole;
  readonly pool: string;
  readonly type: string;
  readonly imageId: string;
  /** The image was named: a machine of another one is not the one that is wanted. */
  readonly imagePinned: boolean;
  readonly diskGb: number;
  readonly spot: boolean;
  /** For T types. */
  readonly credit: "standard" | "unlimited";
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
};

/** The cluster as it is to be, with everything resolved that the cloud had to be asked for. */
export type Want = {
  readonly cluster: string;
  readonly region: string;
  readonly tags: Tags;
  readonly vpcCidr: string;
  readonly subnetCidr: string;
  /** Name of the availability zone. */
  readonly zone: string;
  readonly rules: Readonly<Record<GroupName, readonly Rule[]>>;
  /** OpenSSH form, without a comment. */
  readonly publicKey: string;
  readonly nodes: readonly NodeWant[];
  readonly arch: NodeArch;
  readonly k3sVersion: string;
  /** Refuse to destroy it. */
  readonly protect: boolean;
};

export type Found = { readonly id: string; readonly tags: Tags };
export type SeenVpc = Found & { readonly cidr: string };
export type SeenSubnet = Found & { readonly cidr: string; readonly zone: string; readonly vpcId: string };
export type SeenGateway = Found & { readonly vpcId: string | undefined };
export type SeenRoutes = Found & {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** The gateway of the default route. */
  readonly gatewayId: string | undefined;
};
export type SeenGroup = Found & {
  readonly vpcId: string;
  readonly name: string;
  /** Rules in our terms; one that names a group of somebody else has the group's id in place of its name. */
  readonly rules: readonly SeenRule[];
};
export type SeenRule = Omit<Rule, "from"> & {
  readonly from: { readonly cidr: string } | { readonly groupId: string };
};
export type SeenKey = Found & { readonly name: string; readonly fingerprint: string };
export type SeenAddress = Found & {
  readonly address: string;
  readonly instanceId: string | undefined;
  readonly associationId: string | undefined;
};
export type NodeState = "pending" | "running" | "stopping" | "stopped" | "shutting-down";
export type SeenNode = Found & {
  readonly name: string;
  readonly state: NodeState;
  readonly type: string;
  readonly imageId: string;
  readonly zone: string;
  readonly privateAddress: string | undefined;
  readonly publicAddress: string | undefined;
  readonly groupIds: readonly string[];
  readonly launchedMs: number;
  readonly spot: boolean;
};

/** All that bears the tags of one cluster. Terminated machines are not in it. */
export type Seen = {
  readonly vpcs: readonly SeenVpc[];
  readonly subnets: readonly SeenSubnet[];
  readonly gateways: readonly SeenGateway[];
  readonly routes: readonly SeenRoutes[];
  readonly groups: readonly SeenGroup[];
  readonly keys: readonly SeenKey[];
  readonly addresses: readonly SeenAddress[];
  readonly nodes: readonly SeenNode[];
};

export const nothingSeen: Seen = {
  ...{ vpcs: [], subnets: [], gateways: [], routes: [], groups: [], keys: [], addresses: [], nodes: [] },
};
