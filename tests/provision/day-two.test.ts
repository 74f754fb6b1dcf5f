import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refOf } from "../../src/k8s/object.ts";
import { openCloud } from "../../src/provision/aws/cloud.ts";
import { systemClock } from "../../src/support/clock.ts";
import { deployment, freshNamespace, resources } from "../k8s/open.ts";
import { freePort } from "../services/process.ts";
import { withService } from "../services/require.ts";
import { Desk, NEW, NEWEST, OLD, startWorld, type World } from "./metal/cluster.ts";

await withService("kubernetes-api", startWorld, (world) => {
  describe("a cluster that is lived with", () => suite(world));
});

function suite(world: World): void {
  const { client } = world;
  let desk: Desk;
  // one cluster for all of it: each test goes on with what the one before has left
  beforeAll(async () => {
    desk = await Desk.open(world);
    expect(await desk.type("provision --yes")).toMatchObject({ code: 0 });
  }, 300_000);
  afterAll(() => desk[Symbol.asyncDispose](), 60_000);

  const nodes = async () =>
    (await client.list(resources.nodes)).objects.map(({ metadata }) => metadata.name).sort();
  const podsOn = async (namespace: string) =>
    (await client.list(resources.pods, { namespace })).objects
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ spec }) => (spec as { nodeName?: string }).nodeName)
      .sort();
  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (const endMs = Date.now() + 60_000; !(await holds()); await Bun.sleep(200))
      if (Date.now() > endMs) throw new Error(`never: ${what}`);
  };

  test("a node is emptied, forgotten and ended; a budget is respected, and what is in the way is named", async () => {
    expect(await nodes()).toEqual(["ca3-cp-1", "ca3-default-1", "ca3-default-2"]);

    // one pod may be away at a time, and both are where one node goes
    const namespace = await freshNamespace(client);
    const web = deployment(namespace, "web", 2, "runs:1");
    const spec = web["spec"] as { template: { spec: object } };
    Object.assign(spec.template.spec, {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              preference: {
                matchExpressions: [
                  { key: "kubernetes.io/hostname", operator: "In", values: ["ca3-default-2"] },
                ],
              },
            },
          ],
        },
      },
    });
    await client.apply(web);
    const budget = {
      ...{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { namespace, name: "web" } },
      spec: { minAvailable: 2, selector: { matchLabels: { app: "web" } } },
    };
    await client.apply(budget);
    await until("two pods run", async () => (await podsOn(namespace)).filter(Boolean).length === 2);

    // nobody to ask
    expect(await desk.type("leave default-2")).toMatchObject({ code: 8 });
    expect(await desk.type("leave cp-1 --yes")).toMatchObject({
      code: 5,
      notes: expect.stringContaining("the state of the cluster is on it"),
    });
    expect(await desk.type("leave default-9 --yes")).toMatchObject({
      code: 1,
      notes: expect.stringContaining("its nodes are cp-1, default-1, default-2"),
    });

    // the budget allows none to go
    const stuck = await desk.type("leave default-2 --yes --drain-within 3s");
    expect(stuck.notes).toContain("The disruption budget web needs 2 healthy pods");
    expect(stuck).toMatchObject({ code: 4, notes: expect.stringContaining("CA3_DRAIN") });
    expect(await nodes()).toContain("ca3-default-2");
    const closed = await client.get({ apiVersion: "v1", kind: "Node", name: "ca3-default-2" });
    expect(closed).toMatchObject({
      metadata: { annotations: { "ca3.dev/cordoned-for": "leave" } },
      spec: { unschedulable: true },
    });

    // stopped in the middle, it goes on the next time
    const stop = new AbortController();
    const cut = desk.type("leave default-2 --yes", { interrupted: stop.signal });
    await Bun.sleep(500);
    stop.abort();
    expect(await cut).toMatchObject({ code: 130 });
    expect(await nodes()).toContain("ca3-default-2");

    await client.delete(refOf(budget));
    await client.apply({ ...budget, spec: { ...budget.spec, minAvailable: 1 } });
    const gone = await desk.type("leave default-2 --yes");
    expect(gone).toMatchObject({ code: 0, notes: expect.stringContaining("count: 1 for the pool default") });
    expect(await nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
    await until("both pods run elsewhere", async () => {
      const where = await podsOn(namespace);
      return where.length === 2 && where.every((node) => node === "ca3-cp-1" || node === "ca3-default-1");
    });
    expect(JSON.parse((await desk.type("outputs --output json")).out).nodes).toHaveLength(2);
    const { things } = JSON.parse((await desk.type("orphans --output json")).out);
    expect(
      things.filter(({ tags }: { tags: Record<string, string> }) => tags["ca3:node"] === "default-2"),
    ).toEqual([]);
  }, 300_000);

  test("data on the node's disk keeps it, until it is given up; a smaller count takes the same way", async () => {
    expect(await desk.type("provision --yes")).toMatchObject({ code: 0 });
    await client.apply({
      ...{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "pvc-suite" } },
      spec: {
        ...{ capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], local: { path: "/data" } },
        claimRef: { namespace: "default", name: "data-kafka-0" },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: "kubernetes.io/hostname", operator: "In", values: ["ca3-default-2"] },
                ],
              },
            ],
          },
        },
      },
    });
    const claim = {
      ...{
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { namespace: "default", name: "data-kafka-0" },
      },
      spec: {
        ...{ accessModes: ["ReadWriteOnce"], volumeName: "pvc-suite", storageClassName: "" },
        resources: { requests: { storage: "1Gi" } },
      },
    };
    await client.apply(claim);
    desk.write({ workers: [{ count: 1 }] });
    const refused = await desk.type("provision --yes");
    expect(refused).toMatchObject({ code: 4, notes: expect.stringContaining("default/data-kafka-0 (1Gi)") });
    expect(await nodes()).toContain("ca3-default-2");

    const given = await desk.type("provision --yes --delete-local-data");
    expect(given).toMatchObject({ code: 0 });
    expect(await nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
    await until(
      "claim and volume are gone",
      async () =>
        (await client.get(refOf(claim))) === undefined &&
        (await client.get({ apiVersion: "v1", kind: "PersistentVolume", name: "pvc-suite" })) === undefined,
    );
  }, 300_000);

  test("status: machines and nodes side by side, what differs from the file, and what it costs", async () => {
    const told = await desk.type("status --output json");
    const before = JSON.parse(told.out);
    expect(before).toMatchObject({
      ready: false,
      objects: [],
      machines: { ready: true, changes: [], lock: null, left: [], unreachable: null },
    });
    expect(before.machines.nodes).toMatchObject([
      {
        name: "cp-1",
        machine: "running",
        kubernetes: "ready",
        version: OLD,
        type: "c7i-flex.large",
        ready: true,
      },
      { name: "default-1", hourlyUsd: 0.0258 },
    ]);
    expect(before.machines.cost.hourlyUsd).toBeGreaterThan(0.11);

    desk.write({ workers: [{ count: 2 }] });
    await client.apply({
      ...{ apiVersion: "v1", kind: "Node", metadata: { name: "ca3-default-7" } },
    });
    const { out, code } = await desk.type("status");
    expect(code).toBe(3);
    expect(out).toContain("differs from ca3.yaml: + default-2");
    expect(out).toMatch(/default-7 +none +not ready .*no machine of this name is on AWS/);
    expect(out).toContain("2 of 3 nodes are well");
    await client.delete({ apiVersion: "v1", kind: "Node", name: "ca3-default-7" });
    desk.write({ workers: [{ count: 1 }] });
  }, 120_000);

  describe("an API that is closed to the outside", () => {
    const kubeconfig = () => join(desk.folder, "kubeconfig");

    test("is reached through SSH by the commands whose context says so", async () => {
      const env = { KUBECONFIG: kubeconfig() };
      const made = await desk.type("kubeconfig --via-tunnel 7000 --use", { env });
      expect(made).toMatchObject({
        code: 0,
        notes: expect.stringContaining("ca3 tunnel api --local-port 7000"),
      });
      const written = readFileSync(kubeconfig(), "utf8");
      expect(written).toContain("https://127.0.0.1:7000");
      // nothing listens there: the tunnel is opened by the command itself
      const { out, code } = await desk.type("status --no-machines --output json", { env });
      expect({ code, ...JSON.parse(out) }).toMatchObject({
        code: 3,
        cluster: "ca3",
        objects: [],
        machines: null,
      });
    }, 60_000);

    test("has a port of this machine while ca3 tunnel api runs", async () => {
      const stop = new AbortController();
      const port = String(await freePort());
      const running = desk.type(`tunnel api --local-port ${port}`, { interrupted: stop.signal });
      const text = readFileSync(world.api.kubeconfig, "utf8").replace(/:\d{4,5}"/, `:${port}"`);
      const direct = join(desk.folder, "direct");
      writeFileSync(direct, text);
      await until("it leads to the API", async () => {
        const { out } = await desk
          .type(`status --no-machines --output json --kubeconfig ${direct}`)
          .catch(() => ({ out: "" }));
        return out.includes('"objects":[]');
      });
      stop.abort();
      expect(await running).toMatchObject({ code: 130, out: `https://127.0.0.1:${port}` });
    }, 60_000);
  });

  test("a lock that was left is shown, and goes only when its run is surely gone or a person says so", async () => {
    const vpc = JSON.parse((await desk.type("outputs --output json")).out).vpc_id as string;
    const uid = JSON.parse((await desk.type("outputs --output json")).out).uid as string;
    expect(await desk.type("unlock")).toMatchObject({ code: 0, notes: "nobody holds ca3" });
    await holdLock(desk.aws.url, { vpc, uid, by: "ann@elsewhere:12" });
    const locked = await desk.type("leave default-1 --yes");
    expect(locked.code).toBe(7);
    expect(locked.notes).toContain("ann@elsewhere:12");
    expect(locked.notes).toContain("ca3 unlock");
    expect((await desk.type("status")).out).toContain("locked: ann@elsewhere:12");
    expect(await desk.type("unlock --yes")).toMatchObject({
      code: 8,
      notes: expect.stringContaining("not here"),
    });
    expect(await desk.type("unlock", { interactive: true, answers: ["y"] })).toMatchObject({ code: 0 });
    const { hostname } = await import("node:os");
    await holdLock(desk.aws.url, { vpc, uid, by: `suite@${hostname()}:${process.pid}` });
    expect(await desk.type("unlock --yes")).toMatchObject({
      code: 7,
      notes: expect.stringContaining("is at work"),
    });
    await holdLock(desk.aws.url, { vpc, uid, by: `suite@${hostname()}:4194999` });
    expect(await desk.type("unlock --yes")).toMatchObject({
      code: 0,
      notes: expect.stringContaining("is free"),
    });
  }, 120_000);

  describe("another release", () => {
    const upgrade = (version: string, more = "") =>
      desk.type(`upgrade --to ${version} --sha256 ${world.releases[version]!.sha256} --yes ${more}`);
    const versions = async () =>
      JSON.parse((await desk.type("status --output json")).out).machines.nodes.map(
        ({ name, version }: { name: string; version: string }) => `${name} ${version}`,
      );

    test("is refused when there is no way to it", async () => {
      const digest = "0".repeat(64);
      expect(await desk.type(`upgrade --to v1.36.2+k3s1 --yes`)).toMatchObject({
        code: 4,
        notes: expect.stringContaining("K3s cannot go back"),
      });
      expect(await desk.type(`upgrade --to v1.38.0+k3s1 --sha256 ${digest} --yes`)).toMatchObject({
        code: 4,
        notes: expect.stringContaining("ca3 upgrade --to the newest v1.37 first"),
      });
      expect(await desk.type("upgrade --to v1.36.9+k3s1 --yes")).toMatchObject({ code: 2 });
      expect(await desk.type("upgrade --yes")).toMatchObject({
        code: 0,
        notes: `every node of ca3 runs ${OLD}`,
      });
    }, 60_000);

    test("that does not start leaves the node closed and the rest as it is; the same command goes on, in order", async () => {
      const broken = join(desk.metal.shared, `fails-${NEW}`);
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
      expect((await desk.type("status")).out).toContain("closed for ca3 upgrade");

      rmSync(broken);
      const done = await upgrade(NEW);
      expect(done).toMatchObject({ code: 0, notes: expect.stringContaining(`cluster.k3s.version: ${NEW}`) });
      expect(await versions()).toEqual([`cp-1 ${NEW}`, `default-1 ${NEW}`]);
      expect(desk.metal.lines("started").filter((line) => line.startsWith(NEW))).toEqual([
        ...[`${NEW} ca3-cp-1`, `${NEW} ca3-default-1`],
      ]);
      const control = [...desk.metal.hosts.values()].find(({ address }) => address.startsWith("127."))!;
      expect(readdirSync(join(control.root, "var/lib/rancher/k3s/server/ca3-backups")).sort()).toEqual([
        ...["before-v1.36.5-k3s1.db", "before-v1.36.5-k3s1.token"],
      ]);
      const { objects } = await client.list(resources.nodes);
      expect(objects.filter(({ spec }) => (spec as { unschedulable?: boolean }).unschedulable)).toEqual([]);

      // the file still has the release of before
      const plan = await desk.type("plan");
      expect(plan.out).toContain(`K3s ${NEW} → ${OLD}`);
      expect(plan.out).toContain("K3s cannot go back");
      expect(await desk.type("provision --yes")).toMatchObject({ code: 5 });
    }, 180_000);

    test("in ca3.yaml: the plan says so, and provision upgrades what is there before a new node joins", async () => {
      desk.write({ workers: [{ count: 2 }] }, NEWEST);
      const plan = await desk.type("plan");
      expect(plan).toMatchObject({ code: 3 });
      expect(plan.out).toMatch(/~ cp-1 .*K3s v1\.36\.5\+k3s1 → v1\.36\.6\+k3s1; one node at a time/);
      expect(await desk.type("provision --yes")).toMatchObject({ code: 0 });
      expect(desk.metal.lines("started").filter((line) => line.startsWith(NEWEST))).toEqual([
        ...[`${NEWEST} ca3-cp-1`, `${NEWEST} ca3-default-1`, `${NEWEST} ca3-default-2`],
      ]);
      expect(await desk.type("plan")).toMatchObject({
        code: 0,
        out: expect.stringContaining("nothing to do"),
      });
    }, 180_000);
  });
}

/** A run of somebody else has the cluster. */
async function holdLock(
  url: string,
  { vpc, uid, by }: { vpc: string; uid: string; by: string },
): Promise<void> {
  const cloud = openCloud({ region: "us-east-1", endpoint: url }, systemClock);
  const before = (await cloud.observe("ca3")).groups.find(({ name }) => name === "ca3-ca3-lock");
  if (before) await cloud.deleteGroup(before.id);
  await cloud.createGroup(vpc, "ca3-ca3-lock", "held", {
    ...{ "ca3:cluster": "ca3", "ca3:uid": uid, "ca3:component": "lock", "ca3:lock-by": by },
    ...{ "ca3:lock-command": "ca3 provision", "ca3:lock-since": new Date(Date.now() - 60_000).toISOString() },
    "ca3:lock-expires": new Date(Date.now() + 600_000).toISOString(),
  });
  cloud.close();
}
