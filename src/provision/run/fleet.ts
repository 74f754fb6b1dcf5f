import { Ca3Error } from "../../support/errors.ts";
import type { KubeOpener } from "../access/open-kube.ts";
import type { ClusterSettings } from "../config.ts";
import type { KubeNodes } from "../kube.ts";
import type { NodeWant, SeenNode, Want } from "../model.ts";
import { nodeName } from "../remote/k3s-config.ts";
import {
  forgetNode,
  listNodes,
  mintToken,
  readKubeconfig,
  readyz,
  serverToken,
} from "../remote/k3s-service.ts";
import type { Patience, SignIn } from "../ssh/connection.ts";
import { type Access, CHANNELS, type Reached } from "../ssh/fleet-access.ts";
import { openAccess } from "../ssh/open-access.ts";
import { isControl } from "../tags.ts";
import { Machine, type Waiting } from "./machine.ts";
import { type ListedNode, notReady } from "./not-ready.ts";
import { inParallel } from "./parallel.ts";
import type { Fleet } from "./provision.ts";
import { type EndpointOf, publicAddressOf, reachable } from "./reach.ts";
import type { Site } from "./site.ts";
import type { Steps } from "./steps.ts";
import { LEAVING, type TakeOutWish, takeOut, usualTakeOut } from "./take-out.ts";
import { type UpgradeWish, upgradeNodes, usualUpgrade } from "./upgrade.ts";
import { upgradeMachine } from "./upgrade-machine.ts";
import type { OpenFile } from "./uploads.ts";

const READY_MS = 5 * 60_000;
const LOOK_EVERY_MS = 2_000;

export type FleetParts = {
  readonly site: Site;
  readonly settings: ClusterSettings;
  readonly want: Pick<Want, "nodes">;
  readonly signIn: SignIn;
  /** Opens a file of this machine, for uploads. */
  readonly openFile: OpenFile;
  readonly endpointOf?: EndpointOf;
  readonly patience?: Patience;
  readonly openKube: KubeOpener;
  /** How nodes are emptied that are wanted no more. */
  readonly takeOut?: TakeOutWish;
  /** How nodes are brought to another release. */
  readonly upgrade?: UpgradeWish;
};

export type SshFleet = Fleet & {
  /** Brings all nodes that have joined to the release of the settings. Answers with how many were not there yet. */
  upgrade(steps: Steps): Promise<number>;
  close(): Promise<void>;
};

/** The machines of a cluster over SSH: first the control planes one by one, then all workers side by side. */
export function sshFleet(parts: FleetParts): SshFleet {
  const { site, settings, want } = parts;
  let access: Access | undefined;

  const wantedOf = (machine: SeenNode): NodeWant => want.nodes.find(({ name }) => name === machine.name)!;
  const publicOf = (machine: SeenNode) => publicAddressOf(machine, site.seen);
  const reached = (machine: SeenNode): Reached =>
    reachable(machine, site.seen, settings.sshUser, parts.endpointOf);

  /** Through any control plane that answers. */
  function accessThrough(machines: readonly SeenNode[]): Access {
    const ids = new Set(machines.filter(isControl).map(({ id }) => id));
    if (ids.size === 0)
      throw new Ca3Error("CA3_NOT_FOUND", "there is no control plane", { hint: "ca3 provision" });
    const jumps = () =>
      [...site.seen.nodes.filter(({ id }) => ids.has(id)).sort(byName), ...machines.filter(isControl)]
        .filter(({ id }, at, all) => all.findIndex((one) => one.id === id) === at)
        .map(reached);
    const { signIn, patience } = parts;
    access ??= openAccess({ transport: settings.transport, jumps, signIn, patience });
    return access;
  }

  const machineOf = (machine: SeenNode, all: readonly SeenNode[]) =>
    new Machine({
      ...{ site, settings, openFile: parts.openFile, machine },
      node: wantedOf(machine) ?? { name: machine.name },
      access: accessThrough(all),
      target: () => reached(site.seen.nodes.find(({ id }) => id === machine.id) ?? machine),
      publicAddress: isControl(machine) ? publicOf(machine) : undefined,
    });

  async function untilReady(
    first: Machine,
    names: readonly string[],
    waiting: (reason: string) => void,
  ): Promise<void> {
    const untilMs = site.clock.now() + READY_MS;
    for (;;) {
      site.goOn();
      const late = notReady(await first.json<{ items: readonly ListedNode[] }>(listNodes()), names);
      if (late.length === 0) return;
      const text = late.join(", ");
      if (site.clock.now() >= untilMs)
        throw new Ca3Error("CA3_REMOTE", `after ${READY_MS / 60_000} min: ${text}`, { hint: "ca3 status" });
      waiting(text);
      await site.clock.sleep(LOOK_EVERY_MS, site.parts.signal);
    }
  }

  /**
   * K3s on every control plane, one after the other. The first to begin is one that is part of a cluster already: a machine
   * that took the place of a lost one must join, whatever its number, and not begin another cluster. Answers with it.
   */
  async function installServers(
    servers: readonly Machine[],
    addresses: readonly string[],
    waiting: Waiting,
  ): Promise<Machine> {
    const joined = await Promise.all(servers.map(async (one) => (await one.hasJoined()) && one));
    const living = joined.filter((one) => one !== false);
    const first = (await firstThatAnswers(living)) ?? living[0] ?? servers[0]!;
    await first.installServer({ addresses });
    await first.until(readyz(), READY_MS, waiting, `${first.name}: the API is not ready yet`);
    const others = servers.filter((one) => one !== first);
    if (others.length === 0) return first;
    await clearNames(first, others);
    const token = await first.text(serverToken());
    const join = `https://${first.parts.machine.privateAddress}:6443`;
    for (const one of others) {
      waiting(`${one.name} joins`);
      await one.installServer({ addresses, join, token });
      await one.until(readyz(), READY_MS, waiting, `${one.name}: the API is not ready yet`);
    }
    return first;
  }

  async function firstThatAnswers(servers: readonly Machine[]): Promise<Machine | undefined> {
    for (const one of servers) if ((await one.try(readyz())).code === 0) return one;
    return undefined;
  }

  /**
   * Machines on which K3s has never run. Where the cluster still knows a node of such a name, that was an earlier machine,
   * and its password would keep the new one out.
   */
  async function clearNames(first: Machine, all: readonly Machine[]): Promise<readonly Machine[]> {
    const checked = await Promise.all(all.map(async (one) => (await one.hasJoined()) || one));
    const fresh = checked.filter((one) => one !== true);
    if (fresh.length === 0) return fresh;
    const known = await first.json<{ items: readonly ListedNode[] }>(listNodes());
    for (const one of fresh) {
      const name = nodeName(settings.name, one.parts.node);
      if (known.items.some(({ metadata }) => metadata.name === name)) await first.text(forgetNode(name));
    }
    return fresh;
  }

  /** Kubernetes as the first of these control planes that answers reaches it. */
  async function withKube<T>(
    servers: readonly Machine[],
    all: readonly SeenNode[],
    use: (kube: KubeNodes) => Promise<T>,
  ): Promise<T | undefined> {
    const first = (await firstThatAnswers(servers)) ?? servers[0];
    if (first === undefined) return undefined;
    const kubeconfig = await first.text(readKubeconfig());
    const through = accessThrough(all);
    const kube = parts.openKube({ kubeconfig, forward: (host, port) => through.toApi(host, port) });
    try {
      return await use(kube.nodes);
    } finally {
      await kube.close();
    }
  }

  const runningServers = (all: readonly SeenNode[], but?: SeenNode): Machine[] =>
    all
      .filter((one) => isControl(one) && one.state === "running" && one.id !== but?.id)
      .toSorted(byName)
      .map((one) => machineOf(one, all));

  /** All nodes that have joined run the wanted release then, and none is closed that is wanted. */
  async function upgradeAll(all: readonly SeenNode[], steps: Steps): Promise<number> {
    const { k3sVersion: to } = settings;
    const wish = parts.upgrade ?? usualUpgrade;
    const upgraded = await withKube(runningServers(all), all, async (kube) => {
      const remote = (machine: SeenNode) => upgradeMachine(machineOf(machine, all));
      const count = await upgradeNodes({ site, steps, kube, to, wish, machineOf: remote });
      for (const { name, cordonedFor } of await kube.nodes())
        if (cordonedFor === LEAVING && want.nodes.some((one) => nodeName(settings.name, one) === name))
          await kube.open(name);
      return count;
    });
    return upgraded ?? 0;
  }

  return {
    upgrade: (steps) => upgradeAll(site.seen.nodes, steps),

    async bringUp(machines, steps) {
      const controls = machines.filter(isControl);
      const workers = machines.filter((one) => !isControl(one));
      const servers = controls.map((one) => machineOf(one, machines));
      const agents = workers.map((one) => machineOf(one, machines));
      await steps.run("reach", "Sign in and prepare", async (waiting) => {
        // control planes first: they are the way to all others
        for (const some of [servers, agents]) await inParallel(CHANNELS, some, (one) => one.prepare(waiting));
      });
      const addresses = controls.flatMap((one) =>
        [publicOf(one), one.privateAddress].filter((at) => at !== undefined),
      );
      const first = await steps.run("control-plane", "K3s on the control planes", (waiting) =>
        installServers(servers, addresses, waiting),
      );
      // before new workers join: no kubelet may be newer than the API server
      await upgradeAll(machines, steps);
      const names = machines.map((one) => nodeName(settings.name, wantedOf(one)));
      if (workers.length > 0)
        await steps.run("workers", "Workers", async (waiting) => {
          const server = `https://${controls[0]!.privateAddress}:6443`;
          const fresh = await clearNames(first, agents);
          const token = fresh.length === 0 ? "" : await first.text(mintToken());
          const [canary, ...rest] = [...fresh, ...agents.filter((one) => !fresh.includes(one))];
          // what is wrong with all of them shows on the first
          await canary!.installAgent(server, token);
          await untilReady(first, [nodeName(settings.name, canary!.parts.node)], waiting);
          await inParallel(CHANNELS, rest, (one) => one.installAgent(server, token));
        });
      await steps.run("ready", "All nodes are Ready", async (waiting) => {
        await untilReady(first, names, waiting);
        await inParallel(CHANNELS, [...servers, ...agents], (one) => one.forgetToken());
      });
      await upgradeAll(machines, steps);
    },

    async takeOut(machine, waiting) {
      const all = site.seen.nodes;
      const wish = parts.takeOut ?? usualTakeOut;
      // where no control plane runs, nothing has joined
      await withKube(runningServers(all, machine), all, (kube) =>
        takeOut(kube, settings.name, machine, wish, waiting),
      );
    },

    async close() {
      await access?.close();
    },
  };
}

const byName = (a: SeenNode, b: SeenNode): number => a.name.localeCompare(b.name, "en", { numeric: true });
