import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { openCloud } from "../../../src/provision/aws/cloud.ts";
import { systemClock } from "../../../src/support/clock.ts";
import { until } from "../../entrypoints/rig.ts";
import { freePort } from "../../services/process.ts";
import { type Desk, OLD, type World } from "../metal/cluster.ts";

/** Status, the API through SSH, and locks, on a cluster of one control plane and one worker. */
export function lookingSuite(world: World, deskNow: () => Desk): void {
  const { client } = world;
  test("status: machines and nodes side by side, what differs from the file, and what it costs", async () => {
    const told = await deskNow().type("status --output json");
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

    deskNow().write({ workers: [{ count: 2 }] });
    await client.apply({
      ...{ apiVersion: "v1", kind: "Node", metadata: { name: "ca3-default-7" } },
    });
    const { out, code } = await deskNow().type("status");
    expect(code).toBe(3);
    expect(out).toContain("differs from ca3.yaml: + default-2");
    expect(out).toMatch(/default-7 +none +not ready .*no machine of this name is on AWS/);
    expect(out).toContain("2 of 3 nodes are well");
    await client.delete({ apiVersion: "v1", kind: "Node", name: "ca3-default-7" });
    deskNow().write({ workers: [{ count: 1 }] });
  }, 120_000);

  describe("an API that is closed to the outside", () => {
    const kubeconfig = () => join(deskNow().folder, "kubeconfig");

    test("is reached through SSH by the commands whose context says so", async () => {
      const env = { KUBECONFIG: kubeconfig() };
      const made = await deskNow().type("kubeconfig --via-tunnel 7000 --use", { env });
      expect(made).toMatchObject({
        code: 0,
        notes: expect.stringContaining("ca3 tunnel api --local-port 7000"),
      });
      const written = readFileSync(kubeconfig(), "utf8");
      expect(written).toContain("https://127.0.0.1:7000");
      // nothing listens there: the tunnel is opened by the command itself
      const { out, code } = await deskNow().type("status --no-machines --output json", { env });
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
      const running = deskNow().type(`tunnel api --local-port ${port}`, { interrupted: stop.signal });
      const text = readFileSync(world.api.kubeconfig, "utf8").replace(/:\d{4,5}"/, `:${port}"`);
      const direct = join(deskNow().folder, "direct");
      writeFileSync(direct, text);
      await until("it leads to the API", async () => {
        const { out } = await deskNow()
          .type(`status --no-machines --output json --kubeconfig ${direct}`)
          .catch(() => ({ out: "" }));
        return out.includes('"objects":[]');
      });
      stop.abort();
      expect(await running).toMatchObject({ code: 130, out: `https://127.0.0.1:${port}` });
    }, 60_000);
  });

  test("a lock that was left is shown, and goes only when its run is surely gone or a person says so", async () => {
    const vpc = JSON.parse((await deskNow().type("outputs --output json")).out).vpc_id as string;
    const uid = JSON.parse((await deskNow().type("outputs --output json")).out).uid as string;
    expect(await deskNow().type("unlock")).toMatchObject({ code: 0, notes: "nobody holds ca3" });
    await holdLock(deskNow().aws.url, { vpc, uid, by: "ann@elsewhere:12" });
    const locked = await deskNow().type("leave default-1 --yes");
    expect(locked.code).toBe(7);
    expect(locked.notes).toContain("ann@elsewhere:12");
    expect(locked.notes).toContain("ca3 unlock");
    expect((await deskNow().type("status")).out).toContain("locked: ann@elsewhere:12");
    expect(await deskNow().type("unlock --yes")).toMatchObject({
      code: 8,
      notes: expect.stringContaining("not here"),
    });
    expect(await deskNow().type("unlock", { interactive: true, answers: ["y"] })).toMatchObject({ code: 0 });
    await holdLock(deskNow().aws.url, { vpc, uid, by: `suite@${hostname()}:${process.pid}` });
    expect(await deskNow().type("unlock --yes")).toMatchObject({
      code: 7,
      notes: expect.stringContaining("is active"),
    });
    await holdLock(deskNow().aws.url, { vpc, uid, by: `suite@${hostname()}:4194999` });
    expect(await deskNow().type("unlock --yes")).toMatchObject({
      code: 0,
      notes: expect.stringContaining("is free"),
    });
  }, 120_000);
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
