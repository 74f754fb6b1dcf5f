import { afterAll, beforeEach, expect, test } from "bun:test";
import { leaveCluster } from "../../src/provision/run/leave.ts";
import { usualTakeOut } from "../../src/provision/run/take-out.ts";
import { startMoto } from "../services/moto.ts";
import { withService } from "../services/require.ts";
import { Emulator } from "./emulator.ts";
import { Hand, MemoryCluster } from "./memory-cluster.ts";
import { countsOf, processAt } from "./rig.ts";

/** Fewer machines, where every call is looked at. */
const SMALL = { workers: [{ count: 1 }] };
/** Every call is looked at with CA3_TEST_LONG=1, every third one else: each costs several runs. */
const STRIDE = process.env["CA3_TEST_LONG"] === "1" ? 1 : 3;
const THREE = { controlPlane: { count: 3 } };
const WHOLE = { vpcs: 1, subnets: 1, gateways: 1, routes: 1, groups: 2, keys: 1, addresses: 1, nodes: 3 };

await withService("moto", startMoto, (moto) => {
  const emulator = new Emulator(moto);
  beforeEach(() => emulator.reset());
  afterAll(() => moto[Symbol.asyncDispose]());

  test("an empty account: a plan that creates everything, and creates nothing itself", async () => {
    await using aws = emulator.session();
    const plan = await processAt(aws.url).plan();
    expect(plan.map(({ action, name }) => `${action} ${name}`)).toEqual([
      ...["create vpc", "create subnet", "create gateway", "create routes"],
      ...["create group control", "create group worker", "create key"],
      ...["create address of cp-1", "create cp-1", "create default-1", "create default-2"],
    ]);
    expect(aws.writes).toEqual([]);
  });

  test("provision, an empty plan, a change, a smaller cluster, destroy, and nothing is left", async () => {
    await using aws = emulator.session();
    const first = processAt(aws.url);
    const machines = await first.provision();
    expect(machines.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...["cp-1 running", "default-1 running", "default-2 running"],
    ]);
    expect(countsOf(await first.site.refresh())).toEqual(WHOLE);

    const calls = aws.calls.length;
    expect(await processAt(aws.url).plan()).toEqual([]);
    expect(aws.calls.length - calls).toBeLessThanOrEqual(25);

    const writes = aws.writes.length;
    await processAt(aws.url).provision();
    expect(aws.writes.slice(writes)).toEqual(["CreateSecurityGroup", "DeleteSecurityGroup"]);

    const wider = { network: { admins: ["203.0.113.7", "198.51.100.0/24"] }, workers: [{ count: 1 }] };
    const plan = await processAt(aws.url, wider).plan();
    expect(plan.map(({ action, name }) => `${action} ${name}`)).toEqual([
      "change group control",
      "delete default-2",
    ]);
    await processAt(aws.url, wider).provision();
    expect(await processAt(aws.url, wider).plan()).toEqual([]);
    expect(countsOf(await first.site.refresh())).toEqual({ ...WHOLE, nodes: 2 });

    // the machine of before is known by its tags, and its token is not tried in vain
    const before = aws.writes.length;
    await processAt(aws.url).provision();
    expect(aws.writes.slice(before).filter((call) => call === "RunInstances")).toHaveLength(1);

    const last = processAt(aws.url);
    await last.destroy();
    expect(await last.cloud.tagged("ca3")).toEqual([]);
  });

  test("a worker of another type takes the place of the one before", async () => {
    await using aws = emulator.session();
    await processAt(aws.url).provision();
    const larger = { workers: [{ type: "t3.medium" }] };
    const plan = await processAt(aws.url, larger).plan();
    expect(plan).toMatchObject([
      {
        action: "replace",
        name: "default-1",
        fields: [{ field: "type", from: "t3.small", to: "t3.medium" }],
      },
      { action: "replace", name: "default-2" },
    ]);
    const machines = await processAt(aws.url, larger).provision();
    expect(machines.map(({ type }) => type)).toEqual(["c7i-flex.large", "t3.medium", "t3.medium"]);
    expect(await processAt(aws.url, larger).plan()).toEqual([]);
  });

  // Killed before a call is, for AWS, the same as killed after the one before it; the last one is looked at on its own.
  test("killed at every single call: the next run completes it without doubles, and destroy leaves nothing", async () => {
    await using whole = emulator.session();
    await processAt(whole.url, SMALL).provision();
    expect(whole.writes.length).toBeGreaterThan(15);
    await processAt(whole.url, SMALL).destroy();
    const last = whole.writes.length;
    for (let at = 1; at <= last + 1; at += STRIDE) {
      const fault = at <= last ? ({ at, kill: "before" } as const) : ({ at: last, kill: "after" } as const);
      await emulator.reset();
      await using cut = emulator.session(fault);
      const one = processAt(cut.url, SMALL);
      const work = one.provision().then(() => one.destroy());
      work.catch(() => {});
      await Promise.race([cut.killed, work]);
      one.stopping.abort();
      await using again = emulator.session();
      const next = processAt(again.url, SMALL);
      await next.provision();
      expect<unknown>({ at, ...countsOf(await next.site.refresh()) }).toEqual({ at, ...WHOLE, nodes: 2 });
      await next.destroy();
      expect({ at, left: await next.cloud.tagged() }).toEqual({ at, left: [] });
      one.close();
      next.close();
    }
  }, 600_000);

  test("destroyed from any half-made state, nothing is left", async () => {
    for (let at = 2; at <= 22; at += 5) {
      await emulator.reset();
      await using cut = emulator.session({ at, kill: "after" });
      const one = processAt(cut.url, SMALL);
      one.provision().catch(() => {});
      await cut.killed;
      one.stopping.abort();
      await using again = emulator.session();
      const next = processAt(again.url, SMALL);
      await next.destroy();
      expect({ at, left: await next.cloud.tagged() }).toEqual({ at, left: [] });
    }
  }, 600_000);

  test("an answer that is lost, or a call that AWS has no time for, makes nothing twice, at every single call", async () => {
    await using whole = emulator.session();
    await processAt(whole.url, SMALL).provision();
    const count = whole.writes.length;
    for (let at = 1; at <= count; at += STRIDE)
      for (const fault of [
        { at, lose: true },
        { at, refuse: "RequestLimitExceeded", times: 2 },
      ] as const) {
        await emulator.reset();
        await using aws = emulator.session(fault);
        const one = processAt(aws.url, SMALL);
        const failed = await one.provision().then(
          () => undefined,
          (error: Error) => error,
        );
        if (failed) {
          expect(failed).toMatchObject({ code: "CA3_CLOUD_UNAVAILABLE" });
          await processAt(aws.url, SMALL).provision();
        }
        expect<unknown>({ at, fault, ...countsOf(await one.site.refresh()) }).toEqual({
          at,
          fault,
          ...WHOLE,
          nodes: 2,
        });
        one.close();
      }
  }, 600_000);

  test("killed after AWS has ended the machine, a leave goes on with what the account still shows", async () => {
    await using whole = emulator.session();
    const first = processAt(whole.url, THREE);
    await first.provision();
    const cluster = new MemoryCluster(
      "ca3",
      [...["cp-1", "cp-2", "cp-3"], "default-1", "default-2"],
      "v1.36.5+k3s1",
    );
    const leave = ({ site, steps, lock }: ReturnType<typeof processAt>, names: readonly string[]) =>
      leaveCluster(site, names, steps, { ...usualTakeOut, lock, kube: cluster.kube(new Hand()) });
    // its machine has ended, and its address is still paid for; of the worker nothing is left
    for (const [names, at] of [[["cp-3"], 3] as const, [["default-2", "cp-3"], 5] as const]) {
      await using cut = emulator.session({ at, kill: "before" });
      const one = processAt(cut.url, THREE);
      await one.site.refresh();
      leave(one, names).catch(() => {});
      await cut.killed;
      one.stopping.abort();
      one.close();
    }
    await using again = emulator.session();
    const next = processAt(again.url, THREE);
    await next.site.refresh();
    expect(await leave(next, ["default-2", "cp-3"])).toMatchObject([{ name: "cp-3" }]);
    const { nodes, addresses, groups } = await next.site.refresh();
    expect(nodes.map(({ name }) => name).sort()).toEqual(["cp-1", "cp-2", "default-1"]);
    expect({ addresses: addresses.length, groups: groups.length }).toEqual({ addresses: 2, groups: 2 });
    await expect(leave(next, ["default-2", "default-9"])).rejects.toMatchObject({ code: "CA3_NOT_FOUND" });
    expect(await leave(next, ["default-2", "cp-3"])).toEqual([]);
    for (const one of [first, next]) one.close();
  }, 120_000);
});
