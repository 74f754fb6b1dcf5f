import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
      return async (words: string, more: Record<string, unknown> = {}) => {
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
        const [out, err] = await Promise.all([
          new Response(child.stdout).text(),
          new Response(child.stderr).text(),
        ]);
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
        err: expect.stringContaining("nothing in us-east-1 bears its tags"),
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
