import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { openCloud } from "../../src/provision/aws/cloud.ts";
import { refuseBlocked } from "../../src/provision/plan/plan.ts";
import { tag } from "../../src/provision/tags.ts";
import { systemClock } from "../../src/support/clock.ts";
import { startMoto } from "../services/moto.ts";
import { withService } from "../services/require.ts";
import { Emulator, type Refusals, UBUNTU } from "./emulator.ts";
import { processAt } from "./rig.ts";

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
        "have expired",
        "aws sso login",
      ],
      [
        "a clock that is wrong",
        { GetCallerIdentity: late },
        "CA3_CLOUD_CREDENTIALS",
        "20 min ahead of that of AWS",
        "set-ntp",
      ],
      [
        "a permission that lacks",
        { AllocateAddress: { code: "UnauthorizedOperation" }, CreateVpc: { code: "UnauthorizedOperation" } },
        "CA3_CLOUD_DENIED",
        "ec2:CreateVpc, ec2:AllocateAddress",
        "ask whoever runs the account",
      ],
      [
        "no quota for the machines",
        { RunInstances: { code: "VcpuLimitExceeded", of: "trials" } },
        "CA3_CLOUD_QUOTA",
        "ec2:RunInstances (1 × c7i-flex.large)",
        "--quota-code L-1216C47A",
      ],
      [
        "a type that AWS has no more of",
        { RunInstances: { code: "InsufficientInstanceCapacity", of: "trials" } },
        "CA3_CLOUD_CAPACITY",
        "c7i-flex.large",
        "another type or zone",
      ],
    ] as const)("%s", async (_what, refusals, code, says, hint) => {
      const error = await refusedBy(SMALL, refusals);
      expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
      expect(error!.hint).toContain(hint);
    });

    test.each([
      [
        "a type that the zone does not offer",
        { aws: { zone: "us-east-1e" } },
        "does not offer",
        "or to auto",
      ],
      ["a zone that is none", { aws: { zone: "us-east-1x" } }, "no zone us-east-1x", "us-east-1a"],
      [
        "a VPC in the way of the pods",
        { network: { admins: ["203.0.113.7"], vpcCidr: "10.42.0.0/16", subnetCidr: "10.42.1.0/24" } },
        "10.42.0.0/16, which K3s gives to pods",
        "ca3 config",
      ],
      [
        "more machines than addresses",
        {
          network: { admins: ["203.0.113.7"], vpcCidr: "10.0.0.0/16", subnetCidr: "10.0.0.0/28" },
          workers: [{ count: 10 }, { name: "more", count: 1 }],
        },
        "has room for 11 machines, and there are 12",
        "ca3 config",
      ],
      [
        "an image that is gone",
        { image: { ami: "ami-0123456789abcdef0" } },
        "or it is gone",
        "set it to auto",
      ],
      [
        "a machine for another processor",
        { image: { arch: "arm64" } },
        "cluster.image.arch is arm64",
        "ca3 config",
      ],
    ] as const)("%s", async (_what, cluster, says, hint) => {
      const error = await refusedBy({ ...SMALL, ...cluster });
      expect(error!.message).toContain(says);
      expect(error!.hint).toContain(hint);
    });

    test("more addresses than the account may have", async () => {
      await using aws = emulator.session();
      const { cloud } = processAt(aws.url);
      for (let at = 0; at < 5; at++) await cloud.allocateAddress({ Name: "of somebody" });
      const error = await refusedBy(SMALL);
      expect(error).toMatchObject({ code: "CA3_CLOUD_QUOTA", message: expect.stringContaining("5 of 5") });
      expect(error!.hint).toContain("L-0263D0A3");
    });

    test("a region that is none, or no network", async () => {
      const cloud = openCloud({ region: "us-moon-1", endpoint: "http://ec2.us-moon-1.invalid" }, systemClock);
      const error = await cloud.identity().catch((failed: Error) => failed);
      cloud.close();
      expect(error).toMatchObject({
        code: "CA3_CLOUD_UNAVAILABLE",
        hint: expect.stringContaining("cluster.aws.region"),
      });
    });

    test("an address that is not among the admins is a warning: others may go on", async () => {
      await using aws = emulator.session();
      const elsewhere = { ...SMALL, network: { admins: ["198.51.100.0/24"] } };
      const { warnings } = await processAt(aws.url, elsewhere).check();
      expect(warnings).toEqual([expect.stringContaining("seen as 203.0.113.7")]);
      expect((await processAt(aws.url, SMALL).check()).warnings).toEqual([]);
    });
  });

  test("a quota that shows only when a machine starts: what exists stays, and the next run goes on with it", async () => {
    await using aws = emulator.session(undefined, {
      RunInstances: { code: "VcpuLimitExceeded", of: "real calls" },
    });
    await expect(processAt(aws.url, SMALL).provision()).rejects.toMatchObject({
      code: "CA3_CLOUD_QUOTA",
      hint: expect.stringContaining("L-1216C47A"),
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
        expect(blocked!.why).toContain(`--resources ${found.id} --tags Key=ca3:cluster,Value=ca3`);
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
        message: expect.stringContaining(`${found.id} (edited)`),
        hint: expect.stringContaining(`set it back to ${seen.vpcs[0]!.tags[tag.uid]}`),
      });
    });

    test("a part without the id of any cluster is named, so that no second one is made in its place", async () => {
      await using aws = emulator.session();
      const one = processAt(aws.url, SMALL);
      await one.provision();
      const { vpcs } = await one.site.refresh();
      await one.cloud.removeTags([vpcs[0]!.id], [tag.uid]);
      await expect(one.check()).rejects.toMatchObject({
        message: expect.stringContaining(`${vpcs[0]!.id}: bears ca3:cluster=ca3 and no ca3:uid`),
        hint: expect.stringContaining(`set it back to ${vpcs[0]!.tags[tag.uid]}`),
      });
    });

    test("a second one of its name is named, and --uid chooses", async () => {
      const { aws, one, seen } = await edited("nodes", {});
      await using _ = aws;
      const others = { [tag.cluster]: "ca3", [tag.uid]: "other", [tag.component]: "vpc" };
      await one.cloud.createVpc("10.0.0.0/16", others);
      await expect(one.check()).rejects.toMatchObject({
        code: "CA3_CLOUD_CONFLICT",
        message: expect.stringContaining("two clusters named ca3"),
        hint: expect.stringContaining("--uid"),
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
        message: expect.stringContaining("cluster.image.ami"),
      });
    });
  });
});
