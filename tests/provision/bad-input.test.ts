import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { openCloud } from "../../src/provision/aws/cloud.ts";
import type { Seen } from "../../src/provision/model.ts";
import { refuseBlocked } from "../../src/provision/plan/plan.ts";
import { tag } from "../../src/provision/tags.ts";
import { systemClock } from "../../src/support/clock.ts";
import { startMoto } from "../services/moto.ts";
import { withService } from "../services/require.ts";
import { Emulator, type Refusals, UBUNTU } from "./emulator.ts";
import { processAt } from "./rig.ts";

const REQUEST = "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code";
const MORE_MACHINES =
  `make the cluster smaller in ca3.yaml, or ask AWS for more: ${REQUEST} L-1216C47A --desired-value N ` +
  "(vCPUs of the usual types; L-DB2E81BA for G types, L-34B43A08 for spot)";
const IMAGE_HINT = "set it to auto, or to an image of the region";
const uidOf = ({ vpcs }: Pick<Seen, "vpcs">): string => vpcs[0]!.tags[tag.uid]!;

const SMALL = { workers: [{ count: 1 }] };

await withService("moto", startMoto, (moto) => {
  const emulator = new Emulator(moto);
  beforeEach(() => emulator.reset());
  afterAll(() => moto[Symbol.asyncDispose]());

  /** The error of a check, of which it is sure that nothing was changed. */
  async function refusedBy(cluster: Record<string, unknown>, refusals: Refusals = {}) {
    await using aws = emulator.session(undefined, refusals);
    const before = aws.writes.length;
    const error = await processAt(aws.url, cluster)
      .check()
      .then(
        () => undefined,
        (failed: Error & { hint?: string }) => failed,
      );
    expect(aws.writes.length).toBe(before);
    return error;
  }

  describe("before anything is made, it is named with its fix:", () => {
    const late = { code: "SignatureDoesNotMatch", date: new Date(Date.now() - 20 * 60_000) };
    test.each([
      [
        "credentials that have expired",
        { GetCallerIdentity: { code: "ExpiredToken" } },
        "CA3_CLOUD_CREDENTIALS",
        "cannot ask AWS who we are: the credentials have expired (ExpiredToken)",
        "sign in again (aws sso login), or choose another profile with --aws-profile; aws configure list-profiles lists them",
      ],
      [
        "a clock that is wrong",
        { GetCallerIdentity: late },
        "CA3_CLOUD_CREDENTIALS",
        "cannot ask AWS who we are: SignatureDoesNotMatch: the clock of this machine is 20 min ahead of that of AWS",
        "set the clock of this machine: timedatectl set-ntp true",
      ],
      [
        "a permission that lacks",
        { AllocateAddress: { code: "UnauthorizedOperation" }, CreateVpc: { code: "UnauthorizedOperation" } },
        "CA3_CLOUD_DENIED",
        "these credentials may not use ec2:CreateVpc, ec2:AllocateAddress",
        "ask whoever runs the account for these permissions",
      ],
      [
        "no quota for the machines",
        { RunInstances: { code: "VcpuLimitExceeded", of: "trials" } },
        "CA3_CLOUD_QUOTA",
        "ec2:RunInstances (1 × c7i-flex.large) would be refused: VcpuLimitExceeded: the suite says so",
        MORE_MACHINES,
      ],
      [
        "a type that AWS has no more of",
        { RunInstances: { code: "InsufficientInstanceCapacity", of: "trials" } },
        "CA3_CLOUD_CAPACITY",
        "ec2:RunInstances (1 × c7i-flex.large) would be refused: InsufficientInstanceCapacity: the suite says so",
        "choose another type or zone in ca3.yaml",
      ],
    ] as const)("%s", async (_what, refusals, code, says, hint) => {
      const error = await refusedBy(SMALL, refusals);
      expect(error).toMatchObject({ code, message: says, hint });
    });

    test.each([
      [
        "a type that the zone does not offer",
        { aws: { zone: "us-east-1e" } },
        "us-east-1e does not offer c7i-flex.large, t3.small",
        "set cluster.aws.zone to us-east-1a or us-east-1b or us-east-1c or us-east-1d or us-east-1f, or to auto",
      ],
      [
        "a zone that is none",
        { aws: { zone: "us-east-1x" } },
        "cluster.aws.zone: there is no zone us-east-1x in this region",
        "choose one of us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f, or auto",
      ],
      [
        "a VPC in the way of the pods",
        { network: { admins: ["203.0.113.7"], vpcCidr: "10.42.0.0/16", subnetCidr: "10.42.1.0/24" } },
        "cluster.network.vpcCidr: 10.42.0.0/16 overlaps 10.42.0.0/16, which K3s gives to pods; choose another, such as 10.0.0.0/16",
        "ca3 config explain",
      ],
      [
        "more machines than addresses",
        {
          network: { admins: ["203.0.113.7"], vpcCidr: "10.0.0.0/16", subnetCidr: "10.0.0.0/28" },
          workers: [{ count: 10 }, { name: "more", count: 1 }],
        },
        "cluster.network.subnetCidr: 10.0.0.0/28 has addresses for 11 machines, and there are 12",
        "ca3 config explain",
      ],
      [
        "an image that is gone",
        { image: { ami: "ami-0123456789abcdef0" } },
        "cluster.image.ami: there is no image ami-0123456789abcdef0 in us-east-1, or no longer",
        IMAGE_HINT,
      ],
      [
        "a machine for another processor",
        { image: { arch: "arm64" } },
        "c7i-flex.large: is a machine for amd64, and cluster.image.arch is arm64\nt3.small: is a machine for amd64, and cluster.image.arch is arm64",
        "ca3 config explain",
      ],
    ] as const)("%s", async (_what, cluster, says, hint) => {
      const error = await refusedBy({ ...SMALL, ...cluster });
      expect(error).toMatchObject({ message: says, hint });
    });

    test("more addresses than the account may have", async () => {
      await using aws = emulator.session();
      const { cloud } = processAt(aws.url);
      for (let at = 0; at < 5; at++) await cloud.allocateAddress({ Name: "of somebody" });
      const error = await refusedBy(SMALL);
      expect(error).toMatchObject({
        code: "CA3_CLOUD_QUOTA",
        message: "1 more elastic address is needed, and 5 of 5 are taken",
        hint: `release some (ca3 orphans), or ask AWS for more: ${REQUEST} L-0263D0A3 --desired-value 6`,
      });
    });

    test("a region that is none, or no network", async () => {
      const cloud = openCloud({ region: "us-moon-1", endpoint: "http://ec2.us-moon-1.invalid" }, systemClock);
      const error = await cloud.identity().catch((failed: Error) => failed);
      cloud.close();
      expect(error).toMatchObject({
        code: "CA3_CLOUD_UNAVAILABLE",
        message: "cannot ask AWS who we are: ENOTFOUND: getaddrinfo ENOTFOUND ec2.us-moon-1.invalid",
        hint: "is cluster.aws.region right, and is there a network? aws ec2 describe-regions lists regions",
      });
    });

    test("an address that is not among the admins is a warning: others may go on", async () => {
      await using aws = emulator.session();
      const elsewhere = { ...SMALL, network: { admins: ["198.51.100.0/24"] } };
      const { warnings } = await processAt(aws.url, elsewhere).check();
      expect(warnings).toEqual([
        "cluster.network.admins: this machine is seen as 203.0.113.7, which is not among them, so SSH will not answer; " +
          "add 203.0.113.7/32 or my-ip, or work from an address that is",
      ]);
      expect((await processAt(aws.url, SMALL).check()).warnings).toEqual([]);
    });
  });

  test("a quota that shows only when a machine starts: what exists stays, and the next run goes on with it", async () => {
    await using aws = emulator.session(undefined, {
      RunInstances: { code: "VcpuLimitExceeded", of: "real calls" },
    });
    await expect(processAt(aws.url, SMALL).provision()).rejects.toMatchObject({
      code: "CA3_CLOUD_QUOTA",
      hint: MORE_MACHINES,
    });
    await using later = emulator.session();
    const next = processAt(later.url, SMALL);
    expect((await next.cloud.tagged("ca3")).map(({ kind }) => kind)).toContain("elastic address");
    await next.provision();
    expect(later.writes).not.toContain("AllocateAddress");
    expect((await next.check()).changes).toEqual([]);
  });

  describe("on a cluster that exists,", () => {
    /** A cluster, with the tags of one of its parts edited by hand. */
    async function edited(
      part: "subnets" | "nodes" | "groups" | "gateways",
      tags: Record<string, string> | null,
    ) {
      const aws = emulator.session();
      const one = processAt(aws.url, SMALL);
      await one.provision();
      const seen = await one.site.refresh();
      const found = seen[part].toSorted((a, b) => (a.tags["Name"]! < b.tags["Name"]! ? 1 : -1))[0]!;
      if (tags === null)
        await one.cloud.removeTags([found.id], [tag.cluster, tag.uid, tag.component, tag.node]);
      else await one.cloud.setTags([found.id], tags);
      return { aws, one, seen, found };
    }

    test.each([
      ["subnets", "subnet"],
      ["nodes", "machine"],
      ["groups", "security group"],
      ["gateways", "internet gateway"],
    ] as const)(
      "%s that lost their tags are told with what sets them back, and not made again",
      async (part, kind) => {
        const { aws, one, found } = await edited(part, null);
        await using _ = aws;
        const { changes } = await one.check();
        const blocked = changes.find(({ action }) => action === "blocked");
        expect(blocked).toMatchObject({ name: kind, id: found.id });
        const kept = [tag.cluster, tag.uid, tag.component, tag.node].filter((name) => name in found.tags);
        const tags = kept.map((name) => `Key=${name},Value=${found.tags[name]}`).join(" ");
        expect(blocked!.why).toBe(
          "is in the place of that of ca3, without its tags; if they were edited: " +
            `aws ec2 create-tags --resources ${found.id} --tags ${tags}; if it is not ours, delete it`,
        );
        expect(() => refuseBlocked(changes)).toThrow("create-tags");
        await one.cloud.setTags([found.id], found.tags);
        expect((await one.check()).changes).toEqual([]);
      },
    );

    test("a part with the id of another cluster is named", async () => {
      const { aws, one, found, seen } = await edited("subnets", { [tag.uid]: "edited" });
      await using _ = aws;
      await expect(one.check()).rejects.toMatchObject({
        code: "CA3_CLOUD_CONFLICT",
        message: `parts of ca3 carry another ca3:uid than its VPC, ${uidOf(seen)}: ${found.id} (edited)`,
        hint: `if the tag was edited, set it back to ${uidOf(seen)}; if they are left over, ca3 destroy --cluster ca3 --uid edited`,
      });
    });

    test("a part without the id of any cluster is named, so that no second one is made in its place", async () => {
      await using aws = emulator.session();
      const one = processAt(aws.url, SMALL);
      await one.provision();
      const { vpcs } = await one.site.refresh();
      await one.cloud.removeTags([vpcs[0]!.id], [tag.uid]);
      await expect(one.check()).rejects.toMatchObject({
        message: `${vpcs[0]!.id}: carries ca3:cluster=ca3 but no ca3:uid`,
        hint: `if that tag was removed, set it back to ${uidOf({ vpcs })}; if ca3 did not create it, remove ca3:cluster from it`,
      });
    });

    test("a second one of its name is named, and --uid chooses", async () => {
      const { aws, one, seen } = await edited("nodes", {});
      await using _ = aws;
      const others = { [tag.cluster]: "ca3", [tag.uid]: "other", [tag.component]: "vpc" };
      await one.cloud.createVpc("10.0.0.0/16", others);
      await expect(one.check()).rejects.toMatchObject({
        code: "CA3_CLOUD_CONFLICT",
        message: `there are two clusters named ca3: ${uidOf(seen)} (parts: 10) and other (parts: 1)`,
        hint: `name one with --uid ${uidOf(seen)}, or destroy the one you do not want`,
      });
      const chosen = processAt(aws.url, SMALL, undefined, seen.vpcs[0]!.tags[tag.uid]);
      expect((await chosen.check()).changes).toEqual([]);
    });

    test("what somebody else has put into the VPC is told, and left alone", async () => {
      const { aws, one, seen } = await edited("nodes", {});
      await using _ = aws;
      await one.cloud.createGroup(seen.vpcs[0]!.id, "theirs", "of somebody else", { Name: "theirs" });
      const { changes } = await one.check();
      expect(changes).toMatchObject([{ action: "foreign", name: "security group" }]);
      refuseBlocked(changes);
    });

    test("an image that vanished is no matter until a machine is to be made of it", async () => {
      await using aws = emulator.session();
      const pinned = { ...SMALL, image: { ami: UBUNTU } };
      await processAt(aws.url, pinned).provision();
      await using later = emulator.session(undefined, { DescribeImages: { code: "InvalidAMIID.NotFound" } });
      expect((await processAt(later.url, pinned).check()).changes).toEqual([]);
      await expect(
        processAt(later.url, { ...pinned, workers: [{ count: 2 }] }).check(),
      ).rejects.toMatchObject({
        code: "CA3_CONFIG",
        message: `cluster.image.ami: there is no image ${UBUNTU} in us-east-1, or no longer`,
        hint: IMAGE_HINT,
      });
    });
  });
});
