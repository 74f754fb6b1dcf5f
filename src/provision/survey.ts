import { Ca3Error } from "../support/errors.ts";
import type { CloudReader, Identity, Stranger } from "./cloud.ts";
import type { ClusterSettings, PlaceSettings } from "./config.ts";
import type { Seen, Want } from "./model.ts";
import { onlyCluster, refuseDoubles } from "./plan/plan.ts";
import { tag } from "./tags.ts";
import { type Facts, typesOf, wantedCluster } from "./want.ts";

export type Survey = {
  readonly identity: Identity;
  readonly seen: Seen;
  readonly want: Want;
  readonly facts: Facts;
  /** In the VPC, without the tags of the cluster. */
  readonly strangers: readonly Stranger[];
};

/** Throws CA3_CLOUD_ACCOUNT when the credentials belong to another account than the settings name. */
export async function checkAccount(cloud: CloudReader, { account }: PlaceSettings): Promise<Identity> {
  const identity = await cloud.identity();
  if (account !== undefined && identity.account !== account)
    throw new Ca3Error(
      "CA3_CLOUD_ACCOUNT",
      `the credentials (${identity.arn}) are of account ${identity.account}, and cluster.aws.account is ${account}`,
      { hint: "choose another profile with --aws-profile, or correct cluster.aws.account" },
    );
  return identity;
}

const ADDRESS_NEEDED_MS = 5_000;
const ADDRESS_WISHED_MS = 1_500;

export type SurveyInputs = {
  readonly settings: ClusterSettings;
  readonly uid?: string | undefined;
  /** OpenSSH public key that machines are started with. */
  readonly publicKey: string;
  /** The address that this machine is seen with; rejects when that cannot be found out in this time, ms. */
  readonly myAddress: (withinMs: number) => Promise<string>;
};

/** Everything a plan needs to know. Reads only. */
export async function surveyCluster(cloud: CloudReader, inputs: SurveyInputs): Promise<Survey> {
  const { settings, uid, publicKey } = inputs;
  const identity = await checkAccount(cloud, settings);
  const types = typesOf(settings);
  const [all, zones, machineTypes, imageId, myAddress] = await Promise.all([
    cloud.observe(settings.name),
    cloud.zones(types),
    cloud.machineTypes(types),
    imageOf(cloud, settings),
    settings.admins.includes("my-ip")
      ? inputs.myAddress(ADDRESS_NEEDED_MS)
      : inputs.myAddress(ADDRESS_WISHED_MS).catch(() => undefined),
  ]);
  const seen = onlyCluster(settings.name, all, uid);
  refuseDoubles(settings.name, seen);
  const currentZone = seen.subnets[0]?.zone;
  const [vpc] = seen.vpcs;
  const strangers =
    vpc === undefined
      ? []
      : await cloud.strangers(vpc.id, { cluster: settings.name, uid: vpc.tags[tag.uid] ?? "" });
  const facts = { zones, machineTypes, imageId, publicKey, myAddress, currentZone };
  return { identity, seen, facts, strangers, want: wantedCluster(settings, facts) };
}

/** A named image is looked up only when a machine is to be made of it: those that run need it no more. */
const imageOf = (cloud: CloudReader, { ami, arch }: ClusterSettings): Promise<string> =>
  ami === "auto" ? cloud.ubuntuImage(arch) : Promise.resolve(ami);
