import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { refOf } from "../../src/k8s/object.ts";
import { until } from "../entrypoints/rig.ts";
import { deployment, freshNamespace, resources } from "../k8s/open.ts";
import { withService } from "../services/require.ts";
import { lookingSuite } from "./day-two/looking.ts";
import { losingSuite, waitingSuite } from "./day-two/losing.ts";
import { releaseSuite } from "./day-two/releases.ts";
import { shellSuite } from "./day-two/shells.ts";
import { wholeSuite } from "./day-two/whole.ts";
import { Desk, startWorld, type World } from "./metal/cluster.ts";

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

  losingSuite(world, () => desk);
  lookingSuite(world, () => desk);
  shellSuite(() => desk);
  wholeSuite(() => desk);
  waitingSuite(world, () => desk);
  releaseSuite(world, () => desk);
}
