import type { KubeOpener } from "../access/open-kube.ts";
import type { ClusterSettings } from "../config.ts";
import type { SeenNode, Want } from "../model.ts";
import { nodeName } from "../remote/k3s-config.ts";
import type { Patience, SignIn } from "../ssh/connection.ts";
import { CHANNELS } from "../ssh/fleet-access.ts";
import { isControl } from "../tags.ts";
import { installAgents } from "./agents.ts";
import { Machines } from "./machines.ts";
import { inParallel } from "./parallel.ts";
import type { Fleet } from "./provision.ts";
import type { EndpointOf } from "./reach.ts";
import { untilReady } from "./ready.ts";
import { installServers } from "./servers.ts";
import type { Site } from "./site.ts";
import type { Steps } from "./steps.ts";
import { LEAVING, type TakeOutWish, takeOut, usualTakeOut } from "./take-out.ts";
import { withKube } from "./through-servers.ts";
import { type UpgradeWish, upgradeNodes, usualUpgrade } from "./upgrade.ts";
import { upgradeMachine } from "./upgrade-machine.ts";
import type { OpenFile } from "./uploads.ts";

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
  const { site, settings, want, openKube } = parts;
  const machines = new Machines(parts);
  const isWanted = (node: string) => want.nodes.some((one) => nodeName(settings.name, one) === node);

  /** All nodes that have joined run the wanted release then, and none is closed that is wanted. */
  async function upgradeAll(all: readonly SeenNode[], steps: Steps): Promise<number> {
    const { k3sVersion: to } = settings;
    const wish = parts.upgrade ?? usualUpgrade;
    const upgraded = await withKube(machines.runningServers(all), openKube, async (kube) => {
      const machineOf = (machine: SeenNode) => upgradeMachine(machines.of(machine, all));
      const count = await upgradeNodes({ site, steps, kube, to, wish, machineOf });
      for (const { name, cordonedFor } of await kube.nodes())
        if (cordonedFor === LEAVING && isWanted(name)) await kube.uncordon(name);
      return count;
    });
    return upgraded ?? 0;
  }

  return {
    upgrade: (steps) => upgradeAll(site.seen.nodes, steps),

    async bringUp(all, steps) {
      const controls = all.filter(isControl);
      const servers = controls.map((one) => machines.of(one, all));
      const agents = all.filter((one) => !isControl(one)).map((one) => machines.of(one, all));
      await steps.run("reach", "Sign in and prepare", async (waiting) => {
        // control planes first: they are the way to all others
        for (const some of [servers, agents]) await inParallel(CHANNELS, some, (one) => one.prepare(waiting));
      });
      const addresses = controls.flatMap((one) =>
        [machines.publicAddressOf(one), one.privateAddress].filter((at) => at !== undefined),
      );
      const first = await steps.run("control-plane", "K3s on the control planes", (waiting) =>
        installServers(servers, addresses, waiting),
      );
      // before new workers join: no kubelet may be newer than the API server
      await upgradeAll(all, steps);
      const join = `https://${controls[0]!.privateAddress}:6443`;
      if (agents.length > 0)
        await steps.run("workers", "Workers", (waiting) => installAgents(first, agents, join, waiting));
      await steps.run("ready", "All nodes are Ready", async (waiting) => {
        const names = [...servers, ...agents].map((one) => one.nodeName);
        await untilReady(first, names, waiting);
        await inParallel(CHANNELS, [...servers, ...agents], (one) => one.forgetToken());
      });
      await upgradeAll(all, steps);
    },

    async takeOut(machine, waiting) {
      const wish = parts.takeOut ?? usualTakeOut;
      // where no control plane runs, nothing has joined
      await withKube(machines.runningServers(site.seen.nodes, machine), openKube, (kube) =>
        takeOut(kube, settings.name, machine, wish, waiting),
      );
    },

    close: () => machines.close(),
  };
}
