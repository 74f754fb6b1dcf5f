import { Ca3Error } from "../support/errors.ts";
import type { CloudReader, Identity } from "./cloud.ts";
import type { ClusterSettings, PlaceSettings } from "./config.ts";
import type { Seen, Want } from "./model.ts";
import { onlyCluster, refuseDoubles } from "./plan/plan.ts";
import { type Facts, typesOf, wantedCluster } from "./want.ts";

export type Survey = {
  readonly identity: Identity;
  readonly seen: Seen;
  readonly want: Want;
  readonly facts: Facts;
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

export type SurveyInputs = {
  readonly settings: ClusterSettings;
  readonly uid?: string | undefined;
  /** OpenSSH public key that machines are started with. */
  readonly publicKey: string;
  /** Asked only when `my-ip` stands among the admins. */
  readonly myAddress: () => Promise<string>;
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
    settings.admins.includes("my-ip") ? inputs.myAddress() : undefined,
  ]);
  const seen = onlyCluster(settings.name, all, uid);
  refuseDoubles(settings.name, seen);
  const currentZone = seen.subnets[0]?.zone;
  const facts = { zones, machineTypes, imageId, publicKey, myAddress, currentZone };
  return { identity, seen, facts, want: wantedCluster(settings, facts) };
}

async function imageOf(cloud: CloudReader, { ami, arch, region }: ClusterSettings): Promise<string> {
  if (ami === "auto") {
    const id = await cloud.ubuntuImage(arch);
    if (id !== "") return id;
    throw new Ca3Error("CA3_CLOUD_REFUSED", `AWS names no Ubuntu 24.04 image for ${arch} in ${region}`, {
      hint: "set cluster.image.ami to one of the region",
    });
  }
  if (await cloud.imageExists(ami)) return ami;
  throw new Ca3Error("CA3_CONFIG", `cluster.image.ami: there is no image ${ami} in ${region}`, {
    hint: "set it to auto, or to an image of the region",
  });
}
