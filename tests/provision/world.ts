import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeenNode } from "../../src/provision/model.ts";
import { newKeyPair } from "../../src/provision/ssh/keys.ts";
import type { Started, World } from "./emulator.ts";
import { type Host, startHost } from "./hosts.ts";
import type { Net } from "./net.ts";

/** What is different with one host. */
export type HostPlan = {
  /** It begins to boot only then. */
  readonly after?: Promise<unknown>;
  /** Room on its disk. */
  readonly diskMb?: number;
  /** Files that are there from the start. */
  readonly files?: readonly string[];
  /** Another key than the one in the user data. */
  readonly strangeKey?: boolean;
};

const USER = newKeyPair("user");

/** The hosts behind the machines of the emulator: cloud-init's part, and what the cluster on them remembers. */
export class Hosts implements World {
  readonly signIn = { privateKey: USER.privateKey };
  readonly folder = mkdtempSync(join(tmpdir(), "ca3-cluster-"));
  readonly plans = new Map<string, HostPlan>();
  readonly #hosts = new Map<string, Promise<Host>>();
  readonly #names = new Map<string, string>();

  constructor(readonly net: Net | undefined) {}
  get prefix(): string | undefined {
    return this.net?.prefix;
  }

  started(machine: Started): void {
    this.#names.set(machine.id, machine.node);
    const host = this.#start(machine);
    // a host that does not start shows as one that cannot be reached
    host.catch((error: Error) => appendFileSync(join(this.folder, "trouble"), `${error.stack}\n`));
    this.#hosts.set(machine.id, host);
  }

  async #start({ node, userData, privateAddress, publicAddress, publicKey }: Started): Promise<Host> {
    const plan = this.plans.get(node) ?? {};
    await plan.after;
    const { ssh_keys: keys, hostname } = JSON.parse(userData.slice("#cloud-config\n".length));
    const hostKey = { privateKey: keys.ed25519_private, publicKey: keys.ed25519_public };
    const netns = await this.net?.attach({ name: node, privateAddress, publicAddress });
    const host = await startHost({
      ...{ hostName: hostname, cluster: this.folder, netns, userKey: `${publicKey}\n${USER.publicKey}` },
      hostKey: plan.strangeKey ? newKeyPair("strange") : hostKey,
      ...(plan.diskMb === undefined ? {} : { diskMb: plan.diskMb }),
    });
    for (const file of plan.files ?? []) writeFileSync(join(host.root, file), "");
    return host;
  }

  ended(ids: readonly string[]): void {
    for (const id of ids) void this.kill(id);
  }
  /** The machine is lost, whatever AWS says. */
  async kill(id: string): Promise<void> {
    const host = this.#hosts.get(id);
    this.#hosts.delete(id);
    await (await host?.catch(() => undefined))?.[Symbol.asyncDispose]();
    const name = this.#names.get(id);
    if (name !== undefined) await this.net?.detach(name);
  }

  /** The host of a node; it must have begun to start. */
  async of(node: string): Promise<Host> {
    const [id] = [...this.#names].findLast(([one, name]) => name === node && this.#hosts.has(one)) ?? [];
    if (id === undefined) throw new Error(`${node} has no host`);
    return await this.#hosts.get(id)!;
  }
  /** Where they answer without a network of their own. */
  async ports(): Promise<(machine: SeenNode) => { host: string; port: number }> {
    const ports = new Map<string, number>();
    for (const [id, host] of this.#hosts) ports.set(id, (await host).port);
    return ({ id }) => ({ host: "127.0.0.1", port: ports.get(id) ?? 1 });
  }

  nodes(): string[] {
    return readdirSync(this.folder)
      .filter((file) => file.endsWith(".node"))
      .map((file) => file.slice(0, -5))
      .sort();
  }
  /** What K3s was told on a node, one setting a key. */
  config(node: string): Record<string, unknown> {
    const texts = this.said(`${node}.config`).split(/(?<=^})\n(?=\{)/m);
    return Object.assign({}, ...texts.filter((text) => text.trim() !== "").map((text) => JSON.parse(text)));
  }
  /** What stands in a file that all hosts share. */
  said(file: string): string {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  async end(): Promise<void> {
    await Promise.all([...this.#hosts.keys()].map((id) => this.kill(id)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
