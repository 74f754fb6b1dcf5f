import { describe, expect, test } from "bun:test";
import type { KubeObject } from "../../../src/k8s/object.ts";
import type { Stage } from "../../../src/k8s/phases.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { deployed, prepared } from "../deploying.ts";
import { deployment, freshNamespace, openClient, setAs } from "../open.ts";
import { binding } from "./access.ts";
import { namespaceObject, stage } from "./deployments.ts";

/** What is looked at before anything is changed, and what is made once. */
export function preparationSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  const get = (kind: string, namespace: string, name: string) =>
    client.get({ apiVersion: "v1", kind, namespace, name });

  describe("before anything is changed", () => {
    test("all missing rights are named at once, with the role that grants them", async () => {
      const namespace = await freshNamespace(client);
      const user = await api.issue({ name: "jane" });
      const jane = openClient(api.configFor("jane-deploys.yaml", { user }));
      await client.apply(binding(namespace, "jane", "view"));
      const stages = [
        stage("app", [deployment(namespace, "web", 1)]),
        stage("namespaces", [namespaceObject(namespace)]),
      ];
      const refused = await prepared(jane, stages).catch((error: Error) => error);
      expect(refused).toMatchObject({ code: "CA3_KUBE_FORBIDDEN", exitCode: 4 });
      const { message, hint } = refused as Error & { hint: string };
      expect(message).toContain("user jane may not, in cluster test:");
      expect(message).toContain(
        `create, patch, delete deployments.apps in namespace ${namespace} (role edit grants it)`,
      );
      expect(message).toContain(
        "get, list, watch, create, patch, delete namespaces (role cluster-admin grants it)",
      );
      expect(hint).toBe("kubectl create clusterrolebinding ca3-jane --clusterrole=cluster-admin --user=jane");
    });

    test("a volume that nobody would make, and too little room, are problems", async () => {
      const namespace = await freshNamespace(client);
      const { spec } = deployment(namespace, "kafka", 1) as unknown as {
        spec: { template: { spec: { containers: object[] } } };
      };
      Object.assign(spec.template.spec.containers[0]!, { resources: { requests: { memory: "2Gi" } } });
      const set: KubeObject = {
        ...{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { namespace, name: "kafka" } },
        spec: {
          ...{ ...spec, serviceName: "kafka" },
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: "fast",
                resources: { requests: { storage: "1Gi" } },
              },
            },
          ],
        },
      };
      const { plan } = await prepared(client, [stage("data", [set])]);
      expect(plan.problems.map(({ code }) => code)).toEqual(["CA3_KUBE_CAPACITY", "CA3_KUBE_CAPACITY"]);
      expect(plan.problems[0]?.message).toContain("storage class fast, which cluster test does not have");
      expect(plan.problems[1]?.message).toContain("2.0 GiB of memory are needed");
    });
  });

  describe("generated Secrets", () => {
    const generated = (namespace: string, more: object = {}) =>
      ({
        generated: [
          {
            namespace,
            name: "copy",
            values: { password: { sameAs: { namespace, name: "kafka", key: "password" } } },
          },
          {
            namespace,
            name: "kafka",
            values: { password: { random: 32, as: "base64url" }, user: { fixed: "ca3" }, ...more },
          },
        ],
      }) as Pick<Stage, "generated">;
    const data = async (namespace: string, name: string) =>
      (await get("Secret", namespace, name))?.["data"] as Record<string, string> | undefined;

    test("are made once, copied, and never changed or removed by a deployment", async () => {
      const namespace = await freshNamespace(client);
      const stages = [stage("configuration", [], generated(namespace))];
      expect(await deployed(client, stages)).toEqual(["generate password", "generate password, user"]);
      const made = await data(namespace, "kafka");
      expect(Buffer.from(atob(made!["password"]!), "base64url")).toHaveLength(32);
      expect(atob(made!["user"]!)).toBe("ca3");
      expect(await data(namespace, "copy")).toEqual({ password: made!["password"]! });
      expect(await deployed(client, stages)).toEqual([]);
      expect(await deployed(client, [stage("configuration", [])])).toEqual([]);
      expect(await data(namespace, "kafka")).toEqual(made!);
    });

    test("get what a newer release adds, and copies follow their source", async () => {
      const namespace = await freshNamespace(client);
      await deployed(client, [stage("configuration", [], generated(namespace))]);
      const made = await data(namespace, "kafka");
      await setAs(
        client,
        "ca3",
        { apiVersion: "v1", kind: "Secret", metadata: { namespace, name: "kafka" } },
        { stringData: { password: "rotated" } },
      );
      const newer = [stage("configuration", [], generated(namespace, { id: { random: 16, as: "hex" } }))];
      expect(await deployed(client, newer)).toEqual(["generate password", "generate id"]);
      const now = await data(namespace, "kafka");
      expect(now).toMatchObject({ user: made!["user"]!, password: btoa("rotated") });
      expect(atob(now!["id"]!)).toMatch(/^[0-9a-f]{32}$/);
      expect(await data(namespace, "copy")).toEqual({ password: btoa("rotated") });
    });

    test("of somebody else are not touched", async () => {
      const namespace = await freshNamespace(client);
      await client.http.json({
        ...{
          method: "POST",
          path: `/api/v1/namespaces/${namespace}/secrets`,
          query: { fieldManager: "kubectl" },
        },
        ...{ body: { metadata: { name: "kafka" } }, what: "make a secret" },
      });
      await expect(
        deployed(client, [stage("configuration", [], generated(namespace))]),
      ).rejects.toMatchObject({
        code: "CA3_KUBE_FOREIGN",
        message: `Secret ${namespace}/kafka of cluster test already exists, and was created by kubectl`,
      });
    });
  });
}
