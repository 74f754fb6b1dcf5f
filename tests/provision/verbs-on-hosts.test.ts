import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Of } from "./fleet-rig.ts";
import { k3sOf } from "./k3s-stand-in.ts";
import { openNet } from "./net.ts";
import { onHosts } from "./on-hosts.ts";

const MAIN = join(import.meta.dir, "../../src/main.ts");
const net = await openNet().catch((error: Error) => error);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

if (net instanceof Error) test.skip(`no networks for hosts here: ${net.message}`, () => {});
else
  await onHosts(net, (fleet) => {
    /** Types commands as a person does, in a folder with a ca3.yaml; nothing of them runs in this process. */
    function typing(url: string, cluster: Record<string, unknown>) {
      writeFileSync(join(fleet.hosts.folder, "with-api"), "");
      const folder = mkdtempSync(join(tmpdir(), "ca3-newcomer-"));
      folders.push(folder);
      return async (
        words: string,
        more: Record<string, unknown> = {},
        // Ctrl-C, or the end of the process, as soon as it says this
        { stop, by = "SIGINT" }: { stop?: RegExp; by?: "SIGINT" | "SIGKILL" } = {},
      ) => {
        writeFileSync(join(folder, "ca3.yaml"), JSON.stringify({ cluster: { ...cluster, ...more } }));
        const child = Bun.spawn([process.execPath, MAIN, ...words.split(" ")], {
          cwd: folder,
          env: {
            ...{ PATH: process.env["PATH"]!, HOME: folder, CA3_WHO_AM_I: "none" },
            ...{ AWS_ENDPOINT_URL: url, AWS_EC2_METADATA_DISABLED: "true" },
            ...{ AWS_ACCESS_KEY_ID: "suite", AWS_SECRET_ACCESS_KEY: "suite" },
          },
          stdio: ["ignore", "pipe", "pipe"],
        });
        const said = async (stream: ReadableStream<Uint8Array>) => {
          const decoder = new TextDecoder();
          let text = "";
          for await (const piece of stream) {
            text += decoder.decode(piece, { stream: true });
            if (stop?.test(text)) child.kill(by);
          }
          return text;
        };
        const [out, err] = await Promise.all([said(child.stdout), said(child.stderr)]);
        return { code: await child.exited, out, err };
      };
    }

    test("plan, provision, exec, join, kubeconfig, destroy, as a newcomer types them", async () => {
      await using aws = fleet.emulator.session();
      const ca3 = typing(aws.url, {
        ...{ k3s: fleet.k3s, network: { admins: ["198.18.0.0/15"] }, workers: [{ count: 1 }] },
      });
      expect((await ca3("plan")).code).toBe(3);
      const made = await ca3("provision --yes");
      expect(made).toMatchObject({ code: 0, err: expect.stringContaining("✓ All nodes are Ready") });
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1"]);
      expect(await ca3("plan")).toMatchObject({ code: 0 });

      const said = await ca3("exec -- cat /etc/hostname");
      expect(said.out.trim().split("\n").sort()).toEqual(["cp-1: ca3-cp-1", "default-1: ca3-default-1"]);

      const joined = await ca3("join --yes");
      expect(joined).toMatchObject({ code: 0, err: expect.stringContaining("now set count: 2") });
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-default-1", "ca3-default-2"]);

      const kubeconfig = await ca3("kubeconfig --print");
      expect(kubeconfig.out).toContain(`server: https://${net.prefix}.`);

      expect(await ca3("destroy --yes --cluster ca3")).toMatchObject({
        code: 0,
        err: expect.stringContaining("nothing in us-east-1 carries its tags"),
      });
    }, 240_000);

    test("three control planes are upgraded one by one, whatever happens in between", async () => {
      await using aws = fleet.emulator.session();
      const { hosts } = fleet;
      const [old, next] = ["v1.36.4+k3s1", "v1.36.5+k3s1"];
      const ca3 = typing(aws.url, {
        ...{ k3s: { ...fleet.k3s, version: old, sha256: sha256Of(k3sOf(old)) }, workers: [{ count: 1 }] },
        ...{ network: { admins: ["198.18.0.0/15"] }, controlPlane: { count: 3 } },
      });
      const upgrade = `upgrade --to ${next} --sha256 ${sha256Of(k3sOf(next))} --yes`;
      const events = `${upgrade} --output ndjson`;
      const nodes = ["ca3-cp-1", "ca3-cp-2", "ca3-cp-3", "ca3-default-1"];
      const versions = () => nodes.map((name) => hosts.said(`${name}.version`).trim());
      const closed = () => nodes.filter((name) => hosts.said(`${name}.mark`).includes("unschedulable"));
      expect(await ca3("provision --yes")).toMatchObject({ code: 0 });

      const far = await ca3(`upgrade --to v1.38.0+k3s1 --sha256 ${"0".repeat(64)} --yes`);
      expect(far).toMatchObject({ code: 4, err: expect.stringContaining("to the newest v1.37 first") });
      expect(hosts.said("snapshots")).toBe("");

      // the first does not start: the API of the others leads on, and the state was kept by the one that did run
      const fails = join(hosts.folder, "fails-ca3-cp-1");
      writeFileSync(fails, "");
      for (let attempt = 1; attempt <= 2; attempt++) {
        const failed = await ca3(upgrade);
        expect(failed.code).toBe(6);
        expect(failed.err).toContain("this release does not start here");
        expect(failed.err).toContain(`resume:  ca3 upgrade --to ${next}`);
        expect(closed()).toEqual(["ca3-cp-1"]);
      }
      rmSync(fails);

      const cut = await ca3(events, {}, { stop: /"upgrade-cp-2","reason":"K3s restarts/ });
      expect(cut).toMatchObject({ code: 130, err: expect.stringContaining("what exists of ca3") });
      expect(closed()).toEqual(["ca3-cp-2"]);
      const killed = await ca3(events, {}, { stop: /"upgrade-cp-3","reason":"the binary/, by: "SIGKILL" });
      expect(killed.code).not.toBe(0);
      expect(closed()).toEqual(["ca3-cp-3"]);
      // its process is no more, which its lock says
      expect(await ca3("unlock --yes")).toMatchObject({ code: 0 });

      const done = await ca3(upgrade);
      expect(done).toMatchObject({ code: 0, err: expect.stringContaining(`cluster.k3s.version: ${next}`) });
      expect(versions()).toEqual(nodes.map(() => next));
      expect(closed()).toEqual([]);
      expect(hosts.said("snapshots")).toBe("before-v1.36.5-k3s1 ca3-cp-1\n");
      const started = hosts.said("started").trim().split("\n");
      const ofNext = started.filter((line) => line.startsWith(next)).map((line) => line.split(" ")[1]);
      expect([...new Set(ofNext)]).toEqual(nodes);
      expect(await ca3(upgrade)).toMatchObject({
        code: 0,
        err: expect.stringContaining("every node of ca3 runs"),
      });
    }, 240_000);

    test("with OpenSSH's client as well", async () => {
      await using aws = fleet.emulator.session();
      const ca3 = typing(aws.url, {
        ...{ k3s: fleet.k3s, network: { admins: ["198.18.0.0/15"] }, workers: [{ count: 1 }] },
        access: { transport: "openssh" },
      });
      const made = await ca3("provision --yes");
      expect(made).toMatchObject({ code: 0, err: expect.stringContaining("✓ All nodes are Ready") });
      const said = await ca3("exec --node default-1 -- cat /etc/hostname");
      expect(said.out.trim()).toBe("default-1: ca3-default-1");
    }, 240_000);
  });
