import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMoto } from "../services/moto.ts";
import { withService } from "../services/require.ts";
import { Emulator, type Session } from "./emulator.ts";

const MAIN = join(import.meta.dir, "../../src/main.ts");

await withService("moto", startMoto, (moto) => {
  const emulator = new Emulator(moto);
  let folder: string;
  let aws: Session;
  beforeEach(async () => {
    await emulator.reset();
    aws = emulator.session();
    folder = mkdtempSync(join(tmpdir(), "ca3-cluster-"));
  });
  afterEach(async () => {
    await aws[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => moto[Symbol.asyncDispose]());

  /** One command as a person types it, in a folder with this cluster in its ca3.yaml. */
  async function ca3(words: string, cluster: Record<string, unknown> = {}, env: Record<string, string> = {}) {
    const config = { cluster: { network: { admins: ["203.0.113.7"] }, workers: [{ count: 1 }], ...cluster } };
    writeFileSync(join(folder, "ca3.yaml"), JSON.stringify(config));
    const child = Bun.spawn([process.execPath, MAIN, ...words.split(" ")], {
      cwd: folder,
      env: {
        ...{
          PATH: process.env["PATH"]!,
          HOME: folder,
          AWS_ENDPOINT_URL: aws.url,
          AWS_EC2_METADATA_DISABLED: "true",
          CA3_WHO_AM_I: "none",
        },
        ...{ AWS_ACCESS_KEY_ID: "suite", AWS_SECRET_ACCESS_KEY: "suite", ...env },
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { code: await child.exited, out, err };
  }

  test("plan, provision, outputs, orphans, destroy, as a script runs them", async () => {
    const plan = await ca3("plan");
    expect(plan.code).toBe(3);
    expect(plan.out).toContain("+ cp-1");
    expect(plan.out).toContain("account 123456789012");
    expect(plan.out).toMatch(/cost: \$0\.00 → \$\d+\.\d\d a month/);
    expect(aws.writes).toEqual([]);

    const made = await ca3("provision --machines-only --yes");
    expect(made).toMatchObject({ code: 0, err: expect.stringContaining("✓ Machines") });
    const key = join(folder, ".local/state/ca3/ca3/id_ed25519");
    expect(statSync(key).mode & 0o777).toBe(0o600);

    expect(await ca3("plan")).toMatchObject({ code: 0, out: expect.stringContaining("nothing to do") });
    const outputs = JSON.parse((await ca3("outputs --output json")).out);
    expect(outputs).toMatchObject({ account_id: "123456789012", vpc_cidr_block: "10.0.0.0/16" });
    expect(outputs.worker_private_ips).toHaveLength(1);
    expect((await ca3("outputs --output env")).out).toContain(`CA3_VPC_ID='${outputs.vpc_id}'`);
    const { things } = JSON.parse((await ca3("orphans --output json")).out);
    expect(things.map(({ kind }: { kind: string }) => kind)).toContain("machine");

    const gone = await ca3("destroy --yes --cluster ca3");
    expect(gone).toMatchObject({
      code: 0,
      err: expect.stringContaining("nothing in us-east-1 carries its tags"),
    });
    expect(JSON.parse((await ca3("orphans --output json")).out).things).toEqual([]);
  });

  test("a plan says whether what ca3 deploy brings would find room, and on which machines it would", async () => {
    const tight = await ca3("plan", { workers: [{ count: 1, type: "t3.micro" }] });
    expect(tight.out).toMatch(/size: 2 machines, 4 vCPUs, 5\.0 GiB of memory/);
    expect(tight.out).toMatch(
      /! ca3 deploy \(profile \w+\) would not fit: .*; workers of [\w.-]+ would have it/,
    );
    const roomy = JSON.parse(
      (await ca3("plan --output json", { workers: [{ count: 2, type: "m7i.large" }] })).out,
    );
    expect(roomy).toMatchObject({ warnings: [], size: { machines: 3, vcpus: 6 } });
  });

  test("a saved plan is done as it was saved, or not at all", async () => {
    await ca3("plan --out plan.json");
    const other = await ca3("provision --machines-only --plan plan.json", { workers: [{ count: 2 }] });
    expect(other).toMatchObject({ code: 5, err: expect.stringContaining("CA3_PLAN_STALE") });
    expect(aws.writes).toEqual([]);
    expect(await ca3("provision --machines-only --plan plan.json")).toMatchObject({ code: 0 });
  });

  test("progress for a program is one JSON object a line", async () => {
    const { out, code } = await ca3("provision --machines-only --yes --output ndjson");
    const events = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ type: "step.start", step: "vpc", time: expect.stringMatching(/Z$/) });
    expect(events.some(({ type, name }) => type === "resource.created" && name === "cp-1")).toBe(true);
  });

  describe("what cannot be is said at once, with its exit code, and nothing is made", () => {
    test.each([
      ["no confirmation", "provision", {}, {}, 8, "ca3 provision --yes"],
      [
        "another account",
        "plan",
        { aws: { account: "210987654321" } },
        {},
        4,
        /the credentials \(arn:\S+\) are of account 123456789012, and cluster\.aws\.account is 210987654321[\s\S]*choose another profile with --aws-profile, or correct cluster\.aws\.account/,
      ],
      [
        "a subnet outside the VPC",
        "plan",
        { network: { admins: ["203.0.113.7"], subnetCidr: "10.9.0.0/24" } },
        {},
        2,
        "not inside the VPC",
      ],
      ["the whole world", "plan", { network: { admins: ["0.0.0.0/0"] } }, {}, 2, "allowWorld"],
      ["no such machine type", "plan", { workers: [{ type: "t3.smal" }] }, {}, 2, "t3.smal"],
      ["a machine for another processor", "plan", { workers: [{ type: "t4g.small" }] }, {}, 2, "arm64"],
      ["a typo, with its line", "plan", { worker: [] }, {}, 2, "did you mean cluster.workers?"],
      [
        "a wrong block",
        "plan",
        { network: { admins: ["203.0.113.7/24"] } },
        {},
        2,
        "did you mean 203.0.113.0/24?",
      ],
      ["an unknown release", "plan", { k3s: { version: "v1.99.0+k3s1" } }, {}, 2, "cluster.k3s.sha256"],
      [
        "a release without a known digest for arm64",
        "plan",
        { image: { arch: "arm64" }, controlPlane: { type: "t4g.small" }, workers: [{ type: "t4g.small" }] },
        {},
        2,
        "sha256sum-arm64.txt, or choose v1.36.4+k3s1",
      ],
      [
        "files to upload that are not there or not what they should be",
        "plan",
        { k3s: { source: "upload", binary: "ca3.yaml", images: ["images.zip", "none.tar"] } },
        {},
        2,
        /ca3\.yaml is not K3s v1\.36\.5\+k3s1 for amd64: its SHA-256 is [0-9a-f]{64}[\s\S]*images\.zip is not an archive[\s\S]*none\.tar cannot be read/,
      ],
      ["over budget", "plan", { budget: { maxMonthlyUsd: 10 } }, {}, 8, "maxMonthlyUsd"],
      [
        "no credentials",
        "plan",
        {},
        { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
        4,
        "no credentials",
      ],
      [
        "no such profile",
        "plan",
        {},
        { AWS_PROFILE: "nobody-has-it" },
        4,
        /cannot ask AWS who we are with the profile nobody-has-it: no credentials were found[\s\S]*choose another profile with --aws-profile; aws configure list-profiles lists them/,
      ],
      [
        "nobody at AWS's address",
        "orphans",
        {},
        { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
        5,
        "CA3_CLOUD_UNAVAILABLE",
      ],
      ["no such cluster", "outputs", {}, {}, 1, "ca3 orphans"],
      ["a pool that is not there", "join --pool gpu", {}, {}, 2, "its pools are default"],
    ] as const)("%s", async (_what, words, cluster, env, code, says) => {
      const { code: ended, err } = await ca3(words, cluster, env);
      if (typeof says === "string") expect(err).toContain(says);
      else expect(err).toMatch(says);
      expect(ended).toBe(code);
      expect(err).not.toContain("    at ");
      expect(aws.writes).toEqual([]);
    });

    test("a protected cluster stays", async () => {
      await ca3("provision --machines-only --yes", { protect: true });
      const refused = await ca3("destroy --yes --cluster ca3", { protect: false });
      expect(refused).toMatchObject({ code: 8, err: expect.stringContaining("CA3_PROTECTED") });
      expect(await ca3("provision --machines-only --yes", { protect: false })).toMatchObject({ code: 0 });
      expect(await ca3("destroy --yes --cluster ca3")).toMatchObject({ code: 0 });
    });

    test("--yes without the name destroys nothing", async () => {
      await ca3("provision --machines-only --yes");
      const before = aws.writes.length;
      expect(await ca3("destroy --yes")).toMatchObject({
        code: 8,
        err: expect.stringContaining("--cluster ca3"),
      });
      expect(aws.writes.length).toBe(before);
    });
  });

  test("a cluster is taken out of a kubeconfig, and the one before is kept beside it", async () => {
    const path = join(folder, "kubeconfig");
    const entry = (name: string) => ({
      clusters: [{ name, cluster: { server: "https://a" } }],
      users: [{ name: `${name}-admin`, user: {} }],
      contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
    });
    writeFileSync(path, JSON.stringify(entry("ca3")));
    expect(await ca3("kubeconfig --remove", {}, { KUBECONFIG: path })).toMatchObject({ code: 0 });
    expect(readFileSync(path, "utf8")).not.toContain("ca3-admin");
    expect(existsSync(`${path}.before-ca3`)).toBe(true);
  });
});
