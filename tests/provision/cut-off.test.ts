import { describe, expect, test } from "bun:test";
import type { Cloud } from "../../src/provision/cloud.ts";
import { leaveCluster } from "../../src/provision/run/leave.ts";
import { withLock } from "../../src/provision/run/lock.ts";
import { provisionCluster } from "../../src/provision/run/provision.ts";
import { Site } from "../../src/provision/run/site.ts";
import { Steps } from "../../src/provision/run/steps.ts";
import { usualTakeOut } from "../../src/provision/run/take-out.ts";
import { upgradeNodes, usualUpgrade } from "../../src/provision/run/upgrade.ts";
import { tag } from "../../src/provision/tags.ts";
import { wantedCluster } from "../../src/provision/want.ts";
import { facts, MemoryCloud } from "./memory-cloud.ts";
import { Hand, MemoryCluster } from "./memory-cluster.ts";
import { countsOf, hurriedClock, settingsOf } from "./rig.ts";

const OLD = "v1.36.4+k3s1";
const NEW = "v1.36.5+k3s1";
const CLUSTER = { controlPlane: { count: 3 }, workers: [{ count: 2 }], k3s: { version: OLD } };
const ALL = ["cp-1", "cp-2", "cp-3", "default-1", "default-2"];
const want = wantedCluster(settingsOf(CLUSTER), facts);

type Run = {
  readonly site: Site;
  readonly steps: Steps;
  readonly lock: { by: string; command: string; waitMs: number };
};
type Work = (run: Run, hand: Hand) => Promise<unknown>;

let runs = 0;
function runAt(cloud: Cloud, signal: AbortSignal): Run {
  const clock = hurriedClock(++runs);
  const site = new Site({ cloud, cluster: "ca3", clock, report: () => {}, signal });
  const lock = { by: `suite:${runs}`, command: "test", waitMs: 0 };
  return { site, steps: new Steps(clock, () => {}), lock };
}

/** A run from its begin, to its end or to where it is killed; what it did until then. */
async function runOnce(memory: MemoryCloud, work: Work, behind?: number): Promise<string[]> {
  const hand = new Hand(behind);
  const ended = new AbortController();
  const run = runAt(hand.over(memory.cloud), ended.signal);
  await run.site.refresh();
  const working = work(run, hand);
  working.catch(() => {});
  await Promise.race([working, hand.killed]);
  ended.abort();
  return hand.acts;
}

const made = new MemoryCloud();
await provisionCluster(...provisioning(made));
function provisioning(memory: MemoryCloud) {
  const { site, steps, lock } = runAt(memory.cloud, new AbortController().signal);
  return [site, want, steps, { lock }] as const;
}

/** Every way to be cut off there is, each on a cluster of its own, and the same command again. */
async function cutEverywhere(work: (cluster: MemoryCluster) => Work) {
  const begin = () => {
    const cluster = new MemoryCluster("ca3", ALL, OLD);
    // a person has closed it
    cluster.join("default-1", { cordoned: true });
    return { memory: made.copy(), cluster };
  };
  const whole = begin();
  const acts = await runOnce(whole.memory, work(whole.cluster));
  return Promise.all(
    acts.map(async (_, at) => {
      const { memory, cluster } = begin();
      const before = await runOnce(memory, work(cluster), at + 1);
      const after = await runOnce(memory, work(cluster));
      return { memory, cluster, behind: before.at(-1)!, all: [...before, ...after], acts };
    }),
  );
}

const upgradeOf =
  (wish = usualUpgrade) =>
  (cluster: MemoryCluster): Work =>
  ({ site, steps, lock }, hand) =>
    withLock(site, site.seen.vpcs[0]!.id, lock, async () => {
      await site.refresh();
      const machineOf = cluster.machineOf(hand, NEW);
      await upgradeNodes({ site, steps, kube: cluster.kube(hand), to: NEW, wish, machineOf });
    });

describe("killed behind every single call to AWS and to the cluster, the same command completes", () => {
  test("a leave, with nothing ended twice and nothing left", async () => {
    const leaving = ["cp-3", "default-2"];
    const leave =
      (cluster: MemoryCluster): Work =>
      ({ site, steps, lock }, hand) =>
        leaveCluster(site, leaving, steps, { ...usualTakeOut, lock, kube: cluster.kube(hand) });
    const ways = await cutEverywhere(leave);
    expect(ways[0]!.acts).toEqual([
      ...["createGroup", "close ca3-default-2", "drain ca3-default-2", "forget ca3-default-2"],
      ...["terminateNodes", "close ca3-cp-3", "drain ca3-cp-3", "forget ca3-cp-3"],
      ...["terminateNodes", "releaseAddress", "deleteGroup"],
    ]);
    for (const { memory, cluster, behind, all } of ways)
      expect<unknown>({
        ...{ behind, nodes: cluster.names, ended: all.filter((act) => act === "terminateNodes").length },
        ...{ ...countsOf(memory.seen), machines: memory.seen.nodes.map(({ name }) => name) },
      }).toEqual({
        ...{ behind, nodes: ["ca3-cp-1", "ca3-cp-2", "ca3-default-1"], ended: 2 },
        ...{ ...countsOf(made.seen), addresses: 2, nodes: 3, machines: ["cp-1", "cp-2", "default-1"] },
      });
  });

  test("an upgrade, in order, and what a person has closed stays closed", async () => {
    const ways = await cutEverywhere(upgradeOf());
    expect(ways[0]!.acts.filter((act) => /^(keep|restart)/.test(act))).toEqual([
      "keep",
      ...ALL.map((name) => `restart ca3-${name}`),
    ]);
    for (const { memory, cluster, behind, all } of ways)
      expect({
        behind,
        versions: cluster.nodes.map(({ version }) => version),
        told: [...memory.seen.nodes, ...memory.seen.vpcs].map(({ tags }) => tags[tag.version]),
        closed: cluster.nodes.filter(({ cordoned }) => cordoned).map(({ name }) => name),
        groups: memory.seen.groups.length,
        restarts: all.filter((act) => act.startsWith("restart")).length,
      }).toEqual({
        behind,
        versions: ALL.map(() => NEW),
        told: [...ALL, "vpc"].map(() => NEW),
        closed: ["ca3-default-1"],
        groups: 2,
        restarts: ALL.length,
      });
  });
});

describe("an upgrade that", () => {
  const upgraded = (cluster: MemoryCluster, wish = usualUpgrade) => {
    const run = runAt(made.copy().cloud, new AbortController().signal);
    return run.site.refresh().then(() => upgradeOf(wish)(cluster)(run, new Hand()));
  };
  const closed = (cluster: MemoryCluster) =>
    cluster.nodes.filter(({ cordoned }) => cordoned).map(({ name }) => name);

  test("cannot empty a node opens it again and goes no further", async () => {
    const cluster = new MemoryCluster("ca3", ALL, OLD);
    cluster.stubborn.add("ca3-cp-2");
    await expect(upgraded(cluster)).rejects.toMatchObject({ code: "CA3_DRAIN" });
    expect(closed(cluster)).toEqual([]);
    expect(cluster.nodes.map(({ version }) => version)).toEqual([NEW, OLD, OLD, OLD, OLD]);
    cluster.stubborn.clear();
    await upgraded(cluster);
    expect(cluster.nodes.map(({ version }) => version)).toEqual(ALL.map(() => NEW));
  });

  test.each([true, false])(
    "finds a node whose K3s did not start goes on with it (emptied before: %p)",
    async (drain) => {
      const cluster = new MemoryCluster("ca3", ALL, OLD);
      cluster.runOn = !drain;
      cluster.broken.add("ca3-cp-2");
      const wish = { ...usualUpgrade, drain };
      for (let attempt = 1; attempt <= 2; attempt++) {
        await expect(upgraded(cluster, wish)).rejects.toMatchObject({ code: "CA3_REMOTE" });
        expect(closed(cluster)).toEqual(["ca3-cp-2"]);
      }
      cluster.broken.clear();
      await upgraded(cluster, wish);
      expect({
        closed: closed(cluster),
        drained: cluster.acts.some((act) => act.startsWith("drain")),
      }).toEqual({
        closed: [],
        drained: drain,
      });
      expect(cluster.nodes.every(({ version, ready }) => version === NEW && ready)).toBe(true);
    },
  );
});
