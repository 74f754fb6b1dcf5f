import { listOf, mapOf } from "../support/setting-structures.ts";
import { choice, decimal, flag, text, whole } from "../support/setting-types.ts";
import type { Settings, SettingValues } from "../support/settings.ts";
import { defaultPools, workerPools } from "./config/pools.ts";
import {
  accountId,
  adminSource,
  amiId,
  architecture,
  clusterName,
  cron,
  instanceType,
  k3sVersion,
  privateCidr,
  regionName,
  sha256,
} from "./config/value-types.ts";
import { DEFAULT_K3S_VERSION } from "./k3s/releases.ts";

/** Which cluster, in which account: all that `destroy` and `orphans` need. */
export const placeSettings = {
  name: {
    path: "cluster.name",
    env: ["CA3_CLUSTER"],
    flag: "cluster",
    hint: "NAME",
    doc: "Name of the cluster; in tags, host names and the Kubernetes context",
    type: clusterName,
    default: "ca3",
  },
  region: {
    path: "cluster.aws.region",
    env: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    flag: "region",
    hint: "REGION",
    doc: "AWS region",
    type: regionName,
    default: "us-east-1",
  },
  account: {
    path: "cluster.aws.account",
    env: ["CA3_AWS_ACCOUNT"],
    flag: "account",
    hint: "DIGITS",
    doc: "AWS account that the credentials must belong to; checked before anything else happens",
    type: accountId,
    optional: true,
  },
  profile: {
    path: "cluster.aws.profile",
    env: ["AWS_PROFILE"],
    flag: "aws-profile",
    hint: "NAME",
    doc: "Profile of the AWS configuration files to take credentials from",
    type: text,
    optional: true,
  },
} as const satisfies Settings;

/** The cluster as it is to be. */
export const awsClusterSettings = {
  ...placeSettings,
  zone: {
    path: "cluster.aws.zone",
    env: ["CA3_AWS_ZONE"],
    doc: "Availability zone, by name or id; auto takes the first that offers every instance type",
    type: text,
    default: "auto",
  },
  tags: {
    path: "cluster.aws.tags",
    doc: "More tags for everything that is created",
    type: mapOf(text),
    default: {},
  },
  vpcCidr: {
    path: "cluster.network.vpcCidr",
    doc: "Addresses of the VPC",
    type: privateCidr,
    default: "10.0.0.0/16",
  },
  subnetCidr: {
    path: "cluster.network.subnetCidr",
    doc: "Addresses of the subnet, inside the VPC",
    type: privateCidr,
    default: "10.0.1.0/24",
  },
  admins: {
    path: "cluster.network.admins",
    doc: "Who may reach SSH and the Kubernetes API: addresses, blocks, or my-ip",
    type: listOf(adminSource, { min: 1, max: 50 }),
    default: ["my-ip"],
  },
  whoAmI: {
    path: "cluster.network.whoAmI",
    env: ["CA3_WHO_AM_I"],
    doc: "Service that reports the public address of this machine; none to ask nobody",
    type: text,
    default: "https://checkip.amazonaws.com",
  },
  allowWorld: {
    path: "cluster.network.allowWorld",
    doc: "Allow 0.0.0.0/0 among the admins",
    type: flag,
    default: false,
  },
  api: {
    path: "cluster.network.api",
    doc: "Who can reach the Kubernetes API: the addresses of the admins, or only SSH tunnels",
    type: choice("admins", "tunnel"),
    default: "admins",
  },
  transport: {
    path: "cluster.access.transport",
    doc: "SSH client: built in, or the OpenSSH client of this machine, for keys that only it can use",
    type: choice("builtin", "openssh"),
    default: "builtin",
  },
  sshUser: { path: "cluster.access.user", doc: "User to sign in as over SSH", type: text, default: "ubuntu" },
  sshKey: {
    path: "cluster.access.key",
    env: ["CA3_SSH_KEY"],
    doc: "SSH key: agent, the path of a private key, or generated for a key of the cluster's own",
    type: text,
    default: "generated",
  },
  ami: {
    path: "cluster.image.ami",
    doc: "Machine image; auto is the newest Ubuntu 24.04 of the region",
    type: amiId,
    default: "auto",
  },
  arch: {
    path: "cluster.image.arch",
    doc: "Processor architecture of all nodes",
    type: architecture,
    default: "amd64",
  },
  controlPlanes: {
    path: "cluster.controlPlane.count",
    doc: "Number of control planes: 1, or 3 to survive the loss of one",
    type: choice("1", "3"),
    default: "1",
  },
  controlPlaneType: {
    path: "cluster.controlPlane.type",
    doc: "EC2 instance type of the control planes",
    type: instanceType,
    default: "c7i-flex.large",
  },
  controlPlaneDiskGb: {
    path: "cluster.controlPlane.diskGb",
    doc: "Root disk of the control planes, GiB (gp3, encrypted)",
    type: whole(8, 16_384),
    default: 20,
  },
  datastore: {
    path: "cluster.controlPlane.datastore",
    doc: "Where K3s keeps its state: sqlite, or etcd; auto is etcd for three control planes",
    type: choice("auto", "sqlite", "etcd"),
    default: "auto",
  },
  workers: {
    path: "cluster.workers",
    doc: "Worker pools, each with name, count, type, diskGb, spot, credit, labels, taints",
    type: workerPools,
    default: defaultPools,
  },
  k3sVersion: {
    path: "cluster.k3s.version",
    env: ["CA3_K3S_VERSION"],
    doc: "K3s release; if ca3 does not know its SHA-256, set cluster.k3s.sha256",
    type: k3sVersion,
    default: DEFAULT_K3S_VERSION,
  },
  k3sSha256: {
    path: "cluster.k3s.sha256",
    doc: "SHA-256 of the K3s binary of that release and architecture",
    type: sha256,
    optional: true,
  },
  k3sSource: {
    path: "cluster.k3s.source",
    doc: "Whether the nodes download the K3s binary, or ca3 uploads cluster.k3s.binary and its images",
    type: choice("download", "upload"),
    default: "download",
  },
  k3sUrl: {
    path: "cluster.k3s.url",
    doc: "Where to download releases from, such as a mirror; the SHA-256 is verified all the same",
    type: text,
    default: "https://github.com/k3s-io/k3s/releases/download",
  },
  k3sBinary: {
    path: "cluster.k3s.binary",
    hint: "FILE",
    doc: "K3s binary on this machine, to be uploaded",
    type: text,
    optional: true,
  },
  k3sImages: {
    path: "cluster.k3s.images",
    hint: "FILE",
    doc: "Archives of container images on this machine, to be uploaded to every node",
    type: listOf(text, { max: 50 }),
    default: [],
  },
  k3sDisable: {
    path: "cluster.k3s.disable",
    doc: "K3s components to leave out",
    type: listOf(choice("traefik", "servicelb", "metrics-server", "local-storage", "coredns")),
    default: ["traefik", "servicelb"],
  },
  snapshotSchedule: {
    path: "cluster.k3s.snapshots.schedule",
    doc: "When to take snapshots of etcd, as a cron line",
    type: cron,
    default: "0 */6 * * *",
  },
  snapshotsKept: {
    path: "cluster.k3s.snapshots.keep",
    doc: "Snapshots of etcd to keep",
    type: whole(1, 1_000),
    default: 8,
  },
  secretsEncryption: {
    path: "cluster.hardening.secretsEncryption",
    doc: "Encrypt Secrets at rest; cannot be changed later",
    type: flag,
    default: true,
  },
  protectKernelDefaults: {
    path: "cluster.hardening.protectKernelDefaults",
    doc: "Set the kernel parameters that the kubelet expects, and make it require them",
    type: flag,
    default: true,
  },
  audit: {
    path: "cluster.hardening.audit",
    doc: "Keep an audit log of the Kubernetes API",
    type: flag,
    default: true,
  },
  podSecurity: {
    path: "cluster.hardening.podSecurity",
    doc: "Pod Security level of namespaces that set none",
    type: choice("privileged", "baseline", "restricted"),
    default: "baseline",
  },
  maxMonthlyUsd: {
    path: "cluster.budget.maxMonthlyUsd",
    doc: "Refuse a plan that costs more than this a month, US dollars",
    type: decimal(0, 1_000_000),
    optional: true,
  },
  protect: {
    path: "cluster.protect",
    doc: "Refuse to destroy the cluster; no flag overrides this",
    type: flag,
    default: false,
  },
} as const satisfies Settings;

export type PlaceSettings = SettingValues<typeof placeSettings>;
export type ClusterSettings = SettingValues<typeof awsClusterSettings>;
