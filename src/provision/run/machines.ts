import { Ca3Error } from "../../support/errors.ts";
import type { SeenNode } from "../model.ts";
import type { Access, Reached } from "../ssh/fleet-access.ts";
import { openAccess } from "../ssh/open-access.ts";
import { isControl } from "../tags.ts";
import type { FleetParts } from "./fleet.ts";
import { Machine } from "./machine.ts";
import { publicAddressOf, reachable } from "./reach.ts";

/** The machines of a cluster, each with the way to it: workers through any control plane that answers. */
export class Machines {
  #access: Access | undefined;
  constructor(private readonly parts: FleetParts) {}

  publicAddressOf(machine: SeenNode): string | undefined {
    return publicAddressOf(machine, this.parts.site.seen);
  }

  /** Throws CA3_NOT_FOUND where there is no control plane to go through. */
  accessThrough(machines: readonly SeenNode[]): Access {
    const { site, settings, signIn, patience } = this.parts;
    const ids = new Set(machines.filter(isControl).map(({ id }) => id));
    if (ids.size === 0)
      throw new Ca3Error("CA3_NOT_FOUND", "there is no control plane", { hint: "ca3 provision" });
    const jumps = () =>
      [...site.seen.nodes.filter(({ id }) => ids.has(id)).sort(byName), ...machines.filter(isControl)]
        .filter(({ id }, at, all) => all.findIndex((one) => one.id === id) === at)
        .map((one) => this.#reached(one));
    this.#access ??= openAccess({ transport: settings.transport, jumps, signIn, patience });
    return this.#access;
  }

  /** One of them, reached through the control planes among `all`. */
  of(machine: SeenNode, all: readonly SeenNode[]): Machine {
    const { site, settings, want, openFile } = this.parts;
    return new Machine({
      ...{ site, settings, openFile, machine },
      node: want.nodes.find(({ name }) => name === machine.name),
      access: this.accessThrough(all),
      target: () => this.#reached(site.seen.nodes.find(({ id }) => id === machine.id) ?? machine),
      publicAddress: isControl(machine) ? this.publicAddressOf(machine) : undefined,
    });
  }

  /** The control planes that AWS runs, by number. */
  runningServers(all: readonly SeenNode[], but?: SeenNode): Machine[] {
    return all
      .filter((one) => isControl(one) && one.state === "running" && one.id !== but?.id)
      .toSorted(byName)
      .map((one) => this.of(one, all));
  }

  async close(): Promise<void> {
    await this.#access?.close();
  }

  #reached(machine: SeenNode): Reached {
    const { site, settings, endpointOf } = this.parts;
    return reachable(machine, site.seen, settings.sshUser, endpointOf);
  }
}

const byName = (a: SeenNode, b: SeenNode): number => a.name.localeCompare(b.name, "en", { numeric: true });
