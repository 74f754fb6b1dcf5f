import { Ca3Error } from "../../support/errors.ts";
import type { ClusterSettings } from "../config.ts";
import type { NodeWant, SeenNode, Want } from "../model.ts";
import { nodeName } from "../remote/k3s-config.ts";
import { listNodes, mintToken, readyz, serverToken } from "../remote/k3s-service.ts";
import { drainNode, forgetNode } from "../remote/leave.ts";
import type { SignIn } from "../ssh/connection.ts";
import { Access, CHANNELS, type Reached } from "../ssh/fleet-access.ts";
import { Machine } from "./machine.ts";
import { inParallel } from "./parallel.ts";
import type { Fleet } from "./provision.ts";
import { type EndpointOf, publicAddressOf, reachable } from "./reach.ts";
import type { Site } from "./site.ts";

const READY_MS = 5 * 60_000;
const LOOK_EVERY_MS = 2_000;

export type FleetParts = {
  readonly site: Site;
  readonly settings: ClusterSettings;
  readonly want: Want;
  readonly signIn: SignIn;
  /** Reads a file of this machine, for uploads. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly endpointOf?: EndpointOf;
};

type KubeNode = {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly nodeInfo: { readonly kubeletVersion: string };
  };
};

/** The machines of a cluster over SSH: first the control planes one by one, then all workers side by side. */
export function sshFleet(parts: FleetParts): Fleet & { close(): Promise<void> } {
  const { site, settings, want } = parts;
  let access: Access | undefined;

  const wantedOf = (machine: SeenNode): NodeWant => want.nodes.find(({ name }) => name === machine.name)!;
  const publicOf = (machine: SeenNode) => publicAddressOf(machine, site.seen);
  const reached = (machine: SeenNode): Reached =>
    reachable(machine, site.seen, settings.sshUser, parts.endpointOf);

  function accessThrough(machines: readonly SeenNode[]): Access {
    const first = machines.find(({ name }) => name === "cp-1");
    if (first === undefined)
      throw new Ca3Error("CA3_NOT_FOUND", "there is no control plane", { hint: "ca3 provision" });
    access ??= new Access(
      () => reached(site.seen.nodes.find(({ id }) => id === first.id) ?? first),
      parts.signIn,
    );
    return access;
  }

  const machineOf = (machine: SeenNode, all: readonly SeenNode[]) =>
    new Machine({
      ...{ site, settings, readFile: parts.readFile, machine },
      node: wantedOf(machine) ?? { name: machine.name },
      access: accessThrough(all),
      target: () => reached(site.seen.nodes.find(({ id }) => id === machine.id) ?? machine),
      publicAddress: machine.name.startsWith("cp-") ? publicOf(machine) : undefined,
    });

  async function untilReady(
    first: Machine,
    names: readonly string[],
    waiting: (reason: string) => void,
  ): Promise<void> {
    const untilMs = site.clock.now() + READY_MS;
    for (;;) {
      site.goOn();
      const late = notReady(await first.json<{ items: readonly KubeNode[] }>(listNodes()), names);
      if (late.length === 0) return;
      const text = late.join(", ");
      if (site.clock.now() >= untilMs)
        throw new Ca3Error("CA3_REMOTE", `after ${READY_MS / 60_000} min: ${text}`, { hint: "ca3 status" });
      waiting(text);
      await site.clock.sleep(LOOK_EVERY_MS, site.parts.signal);
    }
  }

  return {
    async bringUp(machines, steps) {
      const controls = machines.filter(({ name }) => name.startsWith("cp-"));
      const workers = machines.filter(({ name }) => !name.startsWith("cp-"));
      const first = machineOf(controls[0]!, machines);
      await steps.run("reach", "Sign in and prepare", async (waiting) => {
        // the first control plane is the way to all others
        await first.prepare(waiting);
        const others = [...controls.slice(1), ...workers].map((one) => machineOf(one, machines));
        await inParallel(CHANNELS, others, (one) => one.prepare(waiting));
      });
      const server = `https://${controls[0]!.privateAddress}:6443`;
      const addresses = controls.flatMap((one) =>
        [publicOf(one), one.privateAddress].filter((at) => at !== undefined),
      );
      await steps.run("control-plane", "K3s on the control plane", async (waiting) => {
        await first.installServer({ addresses });
        await first.until(readyz(), READY_MS, waiting, "the API is not ready yet");
        if (controls.length === 1) return;
        const token = await first.text(serverToken());
        for (const one of controls.slice(1))
          await machineOf(one, machines).installServer({ addresses, join: server, token });
      });
      const names = machines.map((one) => nodeName(settings.name, wantedOf(one)));
      if (workers.length > 0)
        await steps.run("workers", "Workers", async (waiting) => {
          const token = await first.text(mintToken());
          const [canary, ...rest] = workers.map((one) => machineOf(one, machines));
          // what is wrong with all of them shows on the first
          await canary!.installAgent(server, token);
          await untilReady(first, [nodeName(settings.name, wantedOf(workers[0]!))], waiting);
          await inParallel(CHANNELS, rest, (one) => one.installAgent(server, token));
        });
      await steps.run("ready", "All nodes are Ready", async (waiting) => {
        await untilReady(first, names, waiting);
        await inParallel(CHANNELS, workers, (one) => machineOf(one, machines).forgetToken());
      });
    },

    async takeOut(machine) {
      const all = site.seen.nodes;
      if (!all.some(({ name, state }) => name === "cp-1" && state === "running")) return;
      const first = machineOf(all.find(({ name }) => name === "cp-1")!, all);
      const name = nodeName(settings.name, { name: machine.name } as NodeWant);
      const drained = await first.try(drainNode(name));
      if (drained.code !== 0 && !/not found/i.test(drained.stderr))
        throw new Ca3Error(
          "CA3_REMOTE",
          `${machine.name} cannot be drained: ${drained.stderr.trim().split("\n").at(-1)}`,
          {
            hint: "a disruption budget may keep a pod there; look with ca3 status",
          },
        );
      await first.text(forgetNode(name));
    },

    async close() {
      await access?.close();
    },
  };
}

/** Why each of these nodes is not Ready, in words; empty when all are. */
function notReady({ items }: { items: readonly KubeNode[] }, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const node = items.find((one) => one.metadata.name === name);
    if (node === undefined) return [`${name} has not joined`];
    const ready = node.status.conditions.find(({ type }) => type === "Ready");
    return ready?.status === "True"
      ? []
      : [`${name} is not Ready${ready?.message ? `: ${ready.message}` : ""}`];
  });
}
