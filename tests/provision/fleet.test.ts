import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tag } from "../../src/provision/tags.ts";
import { K3S } from "./k3s-stand-in.ts";
import { openNet } from "./net.ts";
import { onHosts } from "./on-hosts.ts";

const net = await openNet().catch((error: Error) => error);
const where =
  net instanceof Error
    ? `on ports of this machine, since it has no networks to give: ${net.message}`
    : "in networks of their own";

await onHosts(net, (fleet) => {
  const { run, lose, k3s } = fleet;

  describe(where, () => {
    test("from nothing to Ready nodes; the second run changes nothing; a smaller pool is drained and forgotten", async () => {
      const { seen, plan } = await run();
      expect(plan).toEqual([]);
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1", "ca3-default-2"]);
      const server = fleet.hosts.config("ca3-cp-1");
      expect(server).toMatchObject({
        "write-kubeconfig-mode": "0600",
        "secrets-encryption": true,
        "protect-kernel-defaults": true,
      });
      expect(server["tls-san"]).toContain(seen.addresses[0]!.address);
      expect(fleet.hosts.config("ca3-default-1")["token-file"]).toBe("/etc/rancher/k3s/token");

      // every host key is another one than the user data told
      for (const { tags } of seen.nodes) expect(tags[tag.hostKey]).toBe(tags[tag.nextHostKey]!);
      // no token is left where nobody needs one any more, and nothing that asks for it
      const { root } = await fleet.hosts.of("default-1");
      expect(existsSync(`${root}/etc/rancher/k3s/token`)).toBe(false);
      expect(existsSync(`${root}/etc/rancher/k3s/config.yaml.d/10-join.yaml`)).toBe(false);
      expect(statSync(`${root}/etc/rancher/k3s/config.yaml`).mode & 0o777).toBe(0o600);

      const restarts = fleet.hosts.said("restarts");
      const again = await run();
      expect(again.plan).toEqual([]);
      expect(fleet.hosts.said("restarts")).toBe(restarts);
      expect(again.seen.nodes.map(({ id, tags }) => [id, tags[tag.hostKey]])).toEqual(
        seen.nodes.map(({ id, tags }) => [id, tags[tag.hostKey]]),
      );

      await run({ workers: [{ count: 3 }] });
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1", "ca3-default-2", "ca3-default-3"]);
      await run({ workers: [{ count: 1 }] });
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
      expect(fleet.hosts.said("drained")).toBe("ca3-default-3\nca3-default-2\n");
    }, 300_000);

    test("a machine that was lost is replaced by one of the same name, which the cluster lets in", async () => {
      await run({ workers: [{ count: 1 }] });
      await lose("default-1");
      await run({ workers: [{ count: 1 }] });
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
      expect(fleet.hosts.said("forgotten")).toBe("ca3-default-1\n");
    }, 300_000);

    test("a binary of another digest is not started", async () => {
      await expect(run({ k3s: { ...k3s, sha256: "0".repeat(64) } })).rejects.toMatchObject({
        code: "CA3_REMOTE",
        message: expect.stringContaining(`not ${"0".repeat(64)}`),
        hint: expect.stringContaining("cluster.k3s.sha256"),
      });
      expect(fleet.hosts.nodes()).toEqual([]);
    }, 300_000);

    test("three control planes: the first begins, the others join; a lost one is replaced, the first as well", async () => {
      const three = { controlPlane: { count: 3 }, workers: [{ count: 1 }] };
      const { seen, plan } = await run(three);
      expect(plan).toEqual([]);
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-cp-2", "ca3-cp-3", "ca3-default-1"]);
      expect(fleet.hosts.config("ca3-cp-1")).toMatchObject({ "cluster-init": true });
      expect(fleet.hosts.config("ca3-cp-3")["server"]).toStartWith("https://10.");
      expect(fleet.hosts.config("ca3-cp-3")["tls-san"]).toHaveLength(6);

      for (const name of ["cp-2", "cp-1"]) {
        const id = await lose(name);
        const next = await run(three);
        expect(next.plan).toEqual([]);
        expect(next.seen.nodes.find((one) => one.name === name)!.id).not.toBe(id);
        expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-cp-2", "ca3-cp-3", "ca3-default-1"]);
      }
      expect(fleet.hosts.said("forgotten")).toBe("ca3-cp-2\nca3-cp-1\n");
      // it joined what was there, and began nothing of its own
      expect(fleet.hosts.config("ca3-cp-1")["cluster-init"]).toBeUndefined();
      expect(seen.nodes).toHaveLength(4);
    }, 300_000);

    test("nothing that is secret is said to AWS, told as progress, or part of an error", async () => {
      const two = { controlPlane: { count: 3 }, workers: [{ count: 1 }] };
      const told: string[] = [];
      const on = (event: unknown) => void told.push(JSON.stringify(event));
      const { said } = await run(two, { on });
      const secrets = [
        fleet.hosts.said("server-token"),
        fleet.hosts.said("token"),
        fleet.hosts.signIn.privateKey,
      ];
      for (const node of ["cp-1", "cp-2", "cp-3", "default-1"]) {
        const { root } = await fleet.hosts.of(node);
        secrets.push(readFileSync(`${root}/etc/ssh/ssh_host_ed25519_key`, "utf8"));
        if (node !== "default-1") secrets.push(readFileSync(`${root}/etc/rancher/k3s/k3s.yaml`, "utf8"));
      }
      // K3s fails, and its journal says more than it should
      writeFileSync(join(fleet.hosts.folder, "down-ca3-cp-1"), "");
      rmSync(`${(await fleet.hosts.of("cp-1")).root}/run/active-k3s`);
      const error = await run(two, { on }).then(
        () => undefined,
        (failed: Error & { hint?: string }) => failed,
      );
      expect(error!.message).toContain("failed with token [redacted]");
      const everything = [...said, ...told, error!.message, error!.stack, error!.hint].join("\n");
      const pieces = secrets
        .flatMap((text) => text.trim().split("\n"))
        .filter((line) => !/^-----/.test(line));
      expect(pieces.length).toBeGreaterThan(20);
      // a private key begins with what all private keys begin with
      for (const piece of new Set(pieces.filter((line) => !line.startsWith("b3BlbnNzaC1rZXk"))))
        expect({ piece, at: everything.indexOf(piece) }).toEqual({ piece, at: -1 });
    }, 300_000);

    test("without a way out: binary and images are uploaded, compared, and sent once", async () => {
      const folder = mkdtempSync(join(tmpdir(), "ca3-air-"));
      const [binary, image] = [join(folder, "k3s"), join(folder, "ca3-image.tar")];
      writeFileSync(binary, K3S);
      writeFileSync(image, randomBytes(6 * 1024 * 1024));
      const upload = {
        k3s: { ...k3s, source: "upload", url: "http://127.0.0.1:1", binary, images: [image] },
        workers: [{ count: 1 }],
      };
      await run(upload);
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
      for (const node of ["cp-1", "default-1"]) {
        const { root } = await fleet.hosts.of(node);
        const there = readFileSync(`${root}/var/lib/rancher/k3s/agent/images/ca3-image.tar`);
        expect(there.equals(readFileSync(image))).toBe(true);
      }
      // K3s had not run yet, and takes them when it starts
      expect(fleet.hosts.said("imported")).toBe("");
      const sent = (events: readonly { type: string; reason?: string }[]) =>
        events.filter(({ reason }) => reason?.includes("sending")).length;
      expect(sent((await run(upload)).events)).toBe(0);
      writeFileSync(image, "another one");
      expect(sent((await run(upload)).events)).toBe(2);
      expect(fleet.hosts.said("imported").trim().split("\n")).toHaveLength(2);
      rmSync(folder, { recursive: true });
    }, 300_000);
  });
});
