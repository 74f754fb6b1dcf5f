import { describe, expect, test } from "bun:test";
import { execInPod } from "../../../src/k8s/client/exec.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { configMap, deployment, freshName, freshNamespace, openClient, resources, setAs } from "../open.ts";

export function objectSuite(api: ApiServer): void {
  describe("objects", () => {
    const client = openClient(api.kubeconfig);

    test("applied ones are there, and applying again changes nothing", async () => {
      const namespace = await freshNamespace(client);
      const object = configMap(namespace, "settings", { rate: "10" });
      const first = await client.apply(object);
      const second = await client.apply(object);
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      expect(first.metadata.managedFields?.[0]).toMatchObject({ manager: "ca3", operation: "Apply" });
      expect(
        await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "settings" }),
      ).toMatchObject({
        data: { rate: "10" },
      });
    });

    test("a field that is no longer named goes, one of others stays", async () => {
      const namespace = await freshNamespace(client);
      await client.apply(configMap(namespace, "c", { ours: "1", both: "1" }));
      await setAs(client, "somebody", configMap(namespace, "c", {}), { data: { theirs: "1" } });
      const applied = await client.apply(configMap(namespace, "c", { both: "1" }));
      expect(applied["data"]).toEqual({ both: "1", theirs: "1" });
    });

    test("a dry run is checked by the server and keeps nothing", async () => {
      const namespace = await freshNamespace(client);
      const { metadata } = await client.apply(configMap(namespace, "dry", {}), { dryRun: true });
      expect(metadata.uid).toBeTruthy();
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "dry" };
      expect(await client.get(ref)).toBeUndefined();
    });

    test("a field of somebody else is a conflict that names field, object, owner and cluster", async () => {
      const namespace = await freshNamespace(client);
      await client.apply(deployment(namespace, "web", undefined));
      await setAs(client, "horizontal-pod-autoscaler", deployment(namespace, "web", 1), {
        spec: { replicas: 4 },
      });
      const wanted = deployment(namespace, "web", 2);
      await expect(client.apply(wanted)).rejects.toMatchObject({
        code: "CA3_KUBE_CONFLICT",
        message: `cannot apply Deployment ${namespace}/web in cluster test: .spec.replicas belongs to horizontal-pod-autoscaler`,
        hint: expect.stringContaining("--force"),
      });
      expect(await client.apply(wanted, { force: true })).toMatchObject({ spec: { replicas: 2 } });
    });

    test("what the server finds wrong is said field by field", async () => {
      const namespace = await freshNamespace(client);
      await expect(client.apply(deployment(namespace, "bad", -1))).rejects.toMatchObject({
        code: "CA3_KUBE_INVALID",
        message: expect.stringContaining(
          `refuses to apply Deployment ${namespace}/bad: spec.replicas: Invalid value: -1`,
        ),
      });
    });

    test("a field that does not exist is refused, not dropped", async () => {
      const namespace = await freshNamespace(client);
      const object = { ...configMap(namespace, "typo", {}), dta: {} };
      await expect(client.apply(object)).rejects.toThrow(/unknown field|field not declared|"dta"|\.dta/);
    });

    test("a kind that the cluster does not know is said, with what would bring it", async () => {
      const object = {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata: { name: "x", namespace: "default" },
      };
      await expect(client.apply(object)).rejects.toMatchObject({
        code: "CA3_KUBE_KIND",
        message: "cluster test knows no ServiceMonitor in monitoring.coreos.com/v1",
      });
    });

    test("a kind that is defined later is found then", async () => {
      const group = `${freshName()}.test.example`;
      const thing = {
        apiVersion: `${group}/v1`,
        kind: "Thing",
        metadata: { name: "one", namespace: "default" },
      };
      expect(await client.discovery.find(thing)).toBeUndefined();
      await client.apply(definition(group));
      for (;;) if ((await client.discovery.find(thing, true)) !== undefined) break;
      expect(await client.apply(thing)).toMatchObject({ kind: "Thing" });
    });

    test("long lists come in pages, all of them", async () => {
      const namespace = await freshNamespace(client);
      const names = Array.from({ length: 11 }, (_one, index) => `c-${String(index).padStart(2, "0")}`);
      await Promise.all(names.map((name) => client.create(configMap(namespace, name, {}))));
      const { objects } = await client.list(resources.configMaps, { namespace, page: 4 });
      expect(objects.map(({ metadata }) => metadata.name)).toEqual(names);
      expect(objects[0]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
    });

    test("what exists is not made twice, and only the object that was seen is deleted", async () => {
      const namespace = await freshNamespace(client);
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "once" };
      const made = await client.create(configMap(namespace, "once", { a: "1" }));
      expect(await client.create(configMap(namespace, "once", { a: "2" }))).toBeUndefined();
      expect(await client.delete(ref, { uid: "somebody-elses" })).toBe(false);
      expect(await client.get(ref)).toMatchObject({ data: { a: "1" } });
      expect(await client.delete(ref, { uid: made!.metadata.uid, propagation: "Background" })).toBe(true);
      expect(await client.delete(ref)).toBe(false);
    });

    test("a namespace that does not exist is said", async () => {
      await expect(client.apply(configMap("nowhere", "c", {}))).rejects.toMatchObject({
        code: "CA3_NOT_FOUND",
        message: expect.stringContaining('namespaces "nowhere" not found'),
      });
    });

    test("a program cannot run in a pod that is not there, and the reason is no riddle", async () => {
      const signal = new AbortController().signal;
      const request = { namespace: "default", pod: "ghost", container: "main", command: ["true"], signal };
      await expect(execInPod(client.http, request)).rejects.toMatchObject({
        code: "CA3_NOT_FOUND",
        message: expect.stringContaining('pods "ghost" not found'),
      });
    });
  });
}

export const definition = (group: string, kind = "Thing") => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${kind.toLowerCase()}s.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase() },
    versions: [
      {
        ...{ name: "v1", served: true, storage: true, subresources: { status: {} } },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});
