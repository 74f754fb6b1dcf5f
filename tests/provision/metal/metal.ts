import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCloud } from "../../../src/provision/aws/cloud.ts";
import type { Seen, SeenNode } from "../../../src/provision/model.ts";
import { systemClock } from "../../../src/support/clock.ts";
import { command } from "../../services/cache.ts";
import { type Host, startHost } from "../hosts.ts";

const REGION = "us-east-1";

/**
 * The machines behind the emulated API: for each that runs, a real host on the very addresses that the API tells, so that
 * the program under test finds them as it would on AWS. Ends hosts whose machines were ended.
 */
export class Metal implements AsyncDisposable {
  readonly hosts = new Map<string, Host & { readonly address: string }>();
  readonly #stop = new AbortController();
  readonly #working: Promise<void>;
  /** What all machines share: the suite's word to what stands for K3s. */
  readonly shared = mkdtempSync(join(tmpdir(), "ca3-metal-"));

  constructor(
    private readonly url: string,
    /** Public key that may sign in, once there is one. */
    private readonly userKey: () => string,
  ) {
    this.#working = this.#work();
  }

  async #work(): Promise<void> {
    const cloud = openCloud({ region: REGION, endpoint: this.url }, systemClock);
    while (!this.#stop.signal.aborted) {
      const seen = await cloud.observe("ca3").catch(() => undefined);
      if (seen !== undefined) await this.#follow(seen);
      await systemClock.sleep(200, this.#stop.signal);
    }
    cloud.close();
  }

  async #follow(seen: Seen): Promise<void> {
    const running = seen.nodes.filter(({ state }) => state === "running");
    for (const machine of running) {
      const address = addressFor(machine, seen);
      if (address !== undefined && !this.hosts.has(machine.id)) await this.#boot(machine, address);
    }
    for (const [id, host] of this.hosts)
      if (!running.some((one) => one.id === id)) {
        this.hosts.delete(id);
        await end(host);
      }
  }

  async #boot(machine: SeenNode, address: string): Promise<void> {
    if (!address.startsWith("127.")) await command(["ip", "addr", "replace", `${address}/32`, "dev", "lo"]);
    const init = JSON.parse((await this.#userData(machine.id)).slice("#cloud-config\n".length));
    const hostKey = { privateKey: init.ssh_keys.ed25519_private, publicKey: init.ssh_keys.ed25519_public };
    const at = { host: address, port: 22 };
    const host = await startHost({
      ...{ hostKey, userKey: this.userKey(), cluster: this.shared, at },
      hostName: init.hostname,
    });
    this.hosts.set(machine.id, { ...host, address });
  }

  async #userData(id: string): Promise<string> {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
    const answer = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", authorization },
      body: `Action=DescribeInstanceAttribute&InstanceId=${id}&Attribute=userData&Version=2016-11-15`,
    });
    const encoded = /<userData>\s*<value>([^<]+)</.exec(await answer.text())?.[1] ?? "";
    return Buffer.from(encoded, "base64").toString("utf8");
  }

  /** Lines of a file that what stands for K3s writes. */
  lines(file: string): string[] {
    try {
      return readFileSync(join(this.shared, file), "utf8").trim().split("\n");
    } catch {
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#working;
    for (const host of this.hosts.values()) await end(host);
    rmSync(this.shared, { recursive: true, force: true });
  }
}

/** A control plane is reached at its elastic address, a worker at its private one. */
const addressFor = (machine: SeenNode, { addresses }: Seen): string | undefined =>
  machine.name.startsWith("cp-")
    ? addresses.find(({ instanceId }) => instanceId === machine.id)?.address
    : machine.privateAddress;

async function end(host: Host & { readonly address: string }): Promise<void> {
  await host[Symbol.asyncDispose]();
  if (!host.address.startsWith("127."))
    await command(["ip", "addr", "del", `${host.address}/32`, "dev", "lo"]).catch(() => {});
}
