import { describe, expect, test } from "bun:test";
import { openCloud } from "../../../src/provision/aws/cloud.ts";
import { systemClock } from "../../../src/support/clock.ts";
import { until } from "../../entrypoints/rig.ts";
import { freshNamespace, resources, setAs, setStatus } from "../../k8s/open.ts";
import type { Desk, World } from "../metal/cluster.ts";

/** A node whose kubelet says nothing any more. */
export const silence = (world: World, name: string, ready: "True" | "Unknown" = "Unknown") =>
  setStatus(
    world.client,
    { apiVersion: "v1", kind: "Node", metadata: { name } },
    { conditions: [{ type: "Ready", status: ready, reason: "NodeStatusUnknown", message: "no news" }] },
  );

/** Nodes that are lost, on a cluster of one control plane and one worker; it is left as it was. */
export function losingSuite(world: World, deskNow: () => Desk): void {
  const { client } = world;
  const nodes = async () =>
    (await client.list(resources.nodes)).objects.map(({ metadata }) => metadata.name).sort();

  describe("nodes that are lost", () => {
    test("pods that nobody makes again keep a node, until they are let go by force; a lost node is not waited for", async () => {
      const desk = deskNow();
      desk.write({ workers: [{ count: 3 }] });
      expect(await desk.type("provision --yes")).toMatchObject({ code: 0 });
      const namespace = await freshNamespace(client);
      const pod = {
        ...{ apiVersion: "v1", kind: "Pod" },
        // it cannot say that it has ended
        metadata: { namespace, name: "alone", finalizers: ["ca3.dev/suite"] },
        spec: { nodeName: "ca3-default-3", containers: [{ name: "main", image: "runs:1" }] },
      };
      await client.apply(pod);

      const kept = await desk.type("leave default-3 --yes");
      expect(kept.code).toBe(4);
      expect(kept.notes).toContain(`a pod that no controller would recreate: ${namespace}/alone`);
      expect(kept.notes).toContain("--force of ca3 leave and ca3 upgrade");

      const slow = await desk.type("leave default-3 --yes --force --drain-within 1s");
      expect(slow.code).toBe(4);
      expect(slow.notes).toContain(`not terminated yet: ${namespace}/alone`);

      const ids = JSON.parse((await desk.type("status --output json")).out).machines.nodes;
      const { id } = ids.find(({ name }: { name: string }) => name === "default-3");
      await desk.metal.hosts.get(id)!.signal("STOP");
      await silence(world, "ca3-default-3");
      const gone = await desk.type("leave default-3 --yes --force --drain-within 1s");
      expect(gone.code).toBe(0);
      expect(await nodes()).toEqual(["ca3-cp-1", "ca3-default-1", "ca3-default-2"]);
      await setAs(client, "suite", pod, { metadata: { finalizers: null } }).catch(() => {});
    }, 240_000);

    test("a machine that was ended elsewhere leaves its node, which status tells and leave takes out", async () => {
      const desk = deskNow();
      desk.write({ workers: [{ count: 1 }] });
      const cloud = openCloud({ region: "us-east-1", endpoint: desk.aws.url }, systemClock);
      const machine = (await cloud.observe("ca3")).nodes.find(({ name }) => name === "default-2")!;
      await cloud.terminateNodes([machine.id]);
      cloud.close();
      await until("its host is gone", async () => !desk.metal.hosts.has(machine.id));

      const { out, code } = await desk.type("status");
      expect(code).toBe(3);
      expect(out).toMatch(/default-2 +none .*no machine of this name is on AWS: ca3 leave default-2/);
      const gone = await desk.type("leave default-2 --yes");
      expect(gone.code).toBe(0);
      expect(gone.notes).toContain("  - default-2, whose machine is gone");
      expect(await nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
      expect(await desk.type("leave default-2 --yes")).toMatchObject({
        code: 0,
        notes: "default-2 has left already",
      });
    }, 120_000);
  });
}

/** How many looks at the account have begun since now: each asks once what belongs to the cluster, and once what is left. */
function looksOf({ aws }: Desk): () => number {
  const from = aws.calls.length;
  return () => aws.calls.slice(from).filter((call) => call === "DescribeVolumes").length;
}

/** `status` that waits and watches, where something is deployed. */
export function waitingSuite(world: World, deskNow: () => Desk): void {
  const node = "ca3-default-1";

  describe("status", () => {
    test("waits until all is well, for so long at most, and says what it waits for", async () => {
      const desk = deskNow();
      await silence(world, node);
      try {
        const late = await desk.type("status --wait 1s");
        expect(late.code).toBe(3);
        expect(late.out).toContain("no news");

        const begun = looksOf(desk);
        const waiting = desk.type("status --wait 5m --output json");
        await until("it looks again", async () => begun() >= 2);
        await silence(world, node, "True");
        const { code, out, statuses } = await waiting;
        expect(statuses.join()).toContain("not well: default-1");
        expect(JSON.parse(out)).toMatchObject({ ready: true, machines: { ready: true } });
        expect(code).toBe(0);
      } finally {
        await silence(world, node, "True");
      }
    }, 120_000);

    test("watches until Ctrl-C", async () => {
      const desk = deskNow();
      const stop = new AbortController();
      const begun = looksOf(desk);
      const watching = desk.type("status --watch", { interrupted: stop.signal });
      await until("it looks a third time", async () => begun() >= 3);
      stop.abort();
      const { code, out } = await watching;
      expect(out.match(/2 of 2 nodes are well/g)!.length).toBeGreaterThanOrEqual(2);
      expect(code).toBe(130);
    }, 120_000);
  });
}
