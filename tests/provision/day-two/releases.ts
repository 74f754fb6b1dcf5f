import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resources } from "../../k8s/open.ts";
import { type Desk, NEW, NEWEST, OLD, type World } from "../metal/cluster.ts";

/** Upgrades of a cluster of one control plane and one worker. */
export function releaseSuite(world: World, deskNow: () => Desk): void {
  const { client } = world;
  describe("another release", () => {
    const upgrade = (version: string, more = "") =>
      deskNow().type(`upgrade --to ${version} --sha256 ${world.releases[version]!.sha256} --yes ${more}`);
    const versions = async () =>
      JSON.parse((await deskNow().type("status --output json")).out).machines.nodes.map(
        ({ name, version }: { name: string; version: string }) => `${name} ${version}`,
      );

    test("is refused when there is no way to it", async () => {
      const digest = "0".repeat(64);
      expect(await deskNow().type(`upgrade --to v1.36.2+k3s1 --yes`)).toMatchObject({
        code: 4,
        notes: expect.stringContaining("K3s cannot go back"),
      });
      expect(await deskNow().type(`upgrade --to v1.38.0+k3s1 --sha256 ${digest} --yes`)).toMatchObject({
        code: 4,
        notes: expect.stringContaining("ca3 upgrade --to the newest v1.37 first"),
      });
      expect(await deskNow().type("upgrade --to v1.36.9+k3s1 --yes")).toMatchObject({ code: 2 });
      expect(await deskNow().type("upgrade --yes")).toMatchObject({
        code: 0,
        notes: `every node of ca3 runs ${OLD}`,
      });
    }, 60_000);

    test("that does not start leaves the node closed and the rest as it is; the same command goes on, in order", async () => {
      const broken = join(deskNow().metal.shared, `fails-${NEW}`);
      writeFileSync(broken, "");
      const failed = await upgrade(NEW);
      expect(failed.notes).toContain("this release does not start here");
      expect(failed.code).toBe(6);
      const log = /log: +(\S+)/.exec(failed.notes)![1]!;
      const lines = readFileSync(log, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.at(-1)).toMatchObject({ type: "run.end", ok: false, code: "CA3_REMOTE" });
      expect(lines.some(({ type, step }) => type === "step.failed" && step === "upgrade-cp-1")).toBe(true);
      expect((await deskNow().type("status")).out).toContain("cordoned by ca3 upgrade");

      rmSync(broken);
      const done = await upgrade(NEW);
      expect(done).toMatchObject({ code: 0, notes: expect.stringContaining(`cluster.k3s.version: ${NEW}`) });
      expect(await versions()).toEqual([`cp-1 ${NEW}`, `default-1 ${NEW}`]);
      expect(
        deskNow()
          .metal.lines("started")
          .filter((line) => line.startsWith(NEW)),
      ).toEqual([...[`${NEW} ca3-cp-1`, `${NEW} ca3-default-1`]]);
      const control = [...deskNow().metal.hosts.values()].find(({ address }) => address.startsWith("127."))!;
      expect(readdirSync(join(control.root, "var/lib/rancher/k3s/server/ca3-backups")).sort()).toEqual([
        ...["before-v1.36.5-k3s1.db", "before-v1.36.5-k3s1.token"],
      ]);
      const { objects } = await client.list(resources.nodes);
      expect(objects.filter(({ spec }) => (spec as { unschedulable?: boolean }).unschedulable)).toEqual([]);

      // the file still has the release of before
      const plan = await deskNow().type("plan");
      expect(plan.out).toContain(`K3s ${NEW} → ${OLD}`);
      expect(plan.out).toContain("K3s cannot go back");
      expect(await deskNow().type("provision --yes")).toMatchObject({ code: 5 });
    }, 180_000);

    test("in ca3.yaml: the plan says so, and provision upgrades what is there before a new node joins", async () => {
      deskNow().write({ workers: [{ count: 2 }] }, NEWEST);
      const plan = await deskNow().type("plan");
      expect(plan).toMatchObject({ code: 3 });
      expect(plan.out).toMatch(/~ cp-1 .*K3s v1\.36\.5\+k3s1 → v1\.36\.6\+k3s1; one node at a time/);
      expect(await deskNow().type("provision --yes")).toMatchObject({ code: 0 });
      expect(
        deskNow()
          .metal.lines("started")
          .filter((line) => line.startsWith(NEWEST)),
      ).toEqual([...[`${NEWEST} ca3-cp-1`, `${NEWEST} ca3-default-1`, `${NEWEST} ca3-default-2`]]);
      expect(await deskNow().type("plan")).toMatchObject({
        code: 0,
        out: expect.stringContaining("nothing to do"),
      });
    }, 180_000);
  });
}
