import { describe, expect, test } from "bun:test";
import { textAt } from "../../../src/k8s/live-object.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { ca3 } from "../../helpers/cli.ts";
import { inFolder } from "../folder.ts";
import { freshNamespace, openClient } from "../open.ts";

export function secretsSuite(api: ApiServer): void {
  describe("generated Secrets", () => {
    test("are listed without values, revealed by name, and renewed together with their copies", async () => {
      const client = openClient(api.kubeconfig);
      const [platform, app] = [await freshNamespace(client), await freshNamespace(client)];
      for (const namespace of [platform, app])
        await client.create({
          ...{ apiVersion: "v1", kind: "Secret", metadata: { namespace, name: "kafka-client" } },
          stringData: { username: "ca3", password: "first-value" },
        });
      const yaml = `deploy: { profile: small, namespaces: { platform: ${platform}, app: ${app} } }`;
      await inFolder({ "ca3.yaml": yaml }, async (cwd) => {
        const run = (line: string) => ca3(`${line} --kubeconfig ${api.kubeconfig}`, { cwd });
        const listed = await run("secrets show");
        expect(listed.code).toBe(0);
        expect(listed.out).toContain(`${platform}/kafka-client`);
        expect(listed.out).not.toContain("first-value");
        expect(listed.out).toContain("not yet");
        expect((await run("secrets show --reveal kafka-client")).out).toBe(
          "username: ca3\npassword: first-value",
        );

        expect((await run("secrets rotate kafka-client")).code).toBe(8);
        const rotated = await run("secrets rotate kafka-client --yes");
        expect(rotated.code).toBe(0);
        expect(rotated.notes).toContain("next: ca3 deploy");
        const read = (namespace: string) =>
          client.get({ apiVersion: "v1", kind: "Secret", namespace, name: "kafka-client" });
        const [one, other] = [await read(platform), await read(app)];
        expect(textAt(one, "data", "password")).not.toBe(btoa("first-value"));
        expect(textAt(one, "data", "password")).toBe(textAt(other, "data", "password"));
        expect(textAt(one, "data", "username")).toBe(btoa("ca3"));
        expect(one?.metadata.annotations?.["ca3.dev/generation"]).toBe("2");
        expect(rotated.notes).not.toContain(atob(textAt(one, "data", "password")!));

        expect((await run("secrets rotate kafka-cluster --yes")).notes).toContain("would refuse each other");
        expect((await run("secrets rotate api-token --yes")).notes).toContain("there is no Secret");
      });
    });
  });
}
