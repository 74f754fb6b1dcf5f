import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeenNode } from "../../src/provision/model.ts";
import { sshFleet } from "../../src/provision/run/fleet.ts";
import { provisionCluster } from "../../src/provision/run/provision.ts";
import { Steps } from "../../src/provision/run/steps.ts";
import { type KeyPair, newKeyPair } from "../../src/provision/ssh/keys.ts";
import { tag } from "../../src/provision/tags.ts";
import { startMoto } from "../services/moto.ts";
import { withService } from "../services/require.ts";
import { Emulator } from "./emulator.ts";
import { type Host, K3S, startHost } from "./hosts.ts";
import { processAt, settingsOf } from "./rig.ts";

const USER = newKeyPair("user");
const SHA256 = createHash("sha256").update(K3S).digest("hex");

/** The hosts behind the machines that the emulator started, by machine id. */
class Hosts {
  readonly #hosts = new Map<string, Host>();
  readonly cluster = mkdtempSync(join(tmpdir(), "ca3-cluster-"));

  /** Cloud-init's part: the host key that stands in the user data. */
  async startFor(machine: SeenNode, hostKey: KeyPair): Promise<void> {
    this.#hosts.set(machine.id, await startHost({ hostKey, userKey: USER.publicKey, cluster: this.cluster }));
  }
  has(id: string): boolean {
    return this.#hosts.has(id);
  }
  endpoint(machine: SeenNode) {
    return { host: "127.0.0.1", port: this.#hosts.get(machine.id)!.port };
  }
  nodes(): string[] {
    return readdirSync(this.cluster)
      .filter((file) => file.endsWith(".node"))
      .map((file) => file.slice(0, -5))
      .sort();
  }
  config(node: string) {
    return JSON.parse(readFileSync(join(this.cluster, `${node}.config`), "utf8"));
  }
  drained(): string {
    const file = join(this.cluster, "drained");
    return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  }
  async end(): Promise<void> {
    for (const host of this.#hosts.values()) await host[Symbol.asyncDispose]();
    rmSync(this.cluster, { recursive: true, force: true });
  }
}

await withService("moto", startMoto, (moto) => {
  const emulator = new Emulator(moto);
  const releases = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(K3S) });
  const k3s = { version: "v1.36.5+k3s1", sha256: SHA256, url: `http://127.0.0.1:${releases.port}` };
  let hosts: Hosts;
  beforeEach(async () => {
    await emulator.reset();
    hosts = new Hosts();
  });
  afterEach(() => hosts.end());
  afterAll(async () => {
    await releases.stop(true);
    await moto[Symbol.asyncDispose]();
  });

  /** A run of ca3 from beginning to end; machines get their hosts as they appear. */
  async function provision(cluster: Record<string, unknown> = {}) {
    await using aws = emulator.session();
    const all = { k3s, access: { user: "root" }, ...cluster };
    const process = processAt(aws.url, all);
    const settings = settingsOf(all);
    const { want } = await process.survey();
    const started: Promise<void>[] = [];
    const { cloud, site } = process;
    const startNode = cloud.startNode.bind(cloud);
    cloud.startNode = async (node) => {
      const machine = await startNode(node);
      const init = JSON.parse(node.userData.slice("#cloud-config\n".length));
      const hostKey = { privateKey: init.ssh_keys.ed25519_private, publicKey: init.ssh_keys.ed25519_public };
      if (!hosts.has(machine.id)) started.push(hosts.startFor(machine, hostKey));
      return machine;
    };
    const steps = new Steps(site.clock, (event) => void process.events.push(event));
    const fleet = sshFleet({
      ...{ site, settings, want, signIn: { privateKey: USER.privateKey } },
      readFile: (path) => Bun.file(path).bytes(),
      endpointOf: (machine) => hosts.endpoint(machine),
    });
    const waiting = {
      ...fleet,
      bringUp: async (...of: Parameters<typeof fleet.bringUp>) => {
        await Promise.all(started);
        await fleet.bringUp(...of);
      },
    };
    try {
      await provisionCluster(site, want, steps, {
        lock: { by: "suite", command: "test", waitMs: 0 },
        fleet: waiting,
      });
      return await site.refresh();
    } finally {
      await fleet.close();
      process.close();
    }
  }

  test("from nothing to Ready nodes; the second run changes nothing; a smaller pool is drained and forgotten", async () => {
    const seen = await provision();
    expect(hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1", "ca3-default-2"]);
    const server = hosts.config("ca3-cp-1");
    expect(server).toMatchObject({
      "write-kubeconfig-mode": "0600",
      "secrets-encryption": true,
      "protect-kernel-defaults": true,
    });
    expect(server["tls-san"]).toContain(seen.addresses[0]!.address);
    expect(hosts.config("ca3-default-1")["token-file"]).toBe("/etc/rancher/k3s/token");

    // every host key is another one than the user data told
    for (const { tags } of seen.nodes) expect(tags[tag.hostKey]).toBe(tags[tag.nextHostKey]!);

    const again = await provision();
    expect(again.nodes.map(({ id, tags }) => [id, tags[tag.hostKey]])).toEqual(
      seen.nodes.map(({ id, tags }) => [id, tags[tag.hostKey]]),
    );

    await provision({ workers: [{ count: 1 }] });
    expect(hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
    expect(hosts.drained()).toBe("ca3-default-2");
  }, 300_000);

  test("a binary of another digest is not started", async () => {
    const wrong = { k3s: { ...k3s, sha256: "0".repeat(64) } };
    await expect(provision(wrong)).rejects.toMatchObject({
      code: "CA3_REMOTE",
      message: expect.stringContaining(`not ${"0".repeat(64)}`),
    });
    expect(hosts.nodes()).toEqual([]);
  }, 300_000);
});
