import { expect, test } from "bun:test";
import { parentRef } from "../../../src/k8s/apply-set.ts";
import { hasWork, ofParts } from "../../../src/k8s/deploy.ts";
import type { KubeObject } from "../../../src/k8s/object.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { clearPart, deployed, prepared } from "../deploying.ts";
import { configMap, freshNamespace, openClient, resources } from "../open.ts";
import { stage } from "./deployments.ts";

export function pruningSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);

  test("removes what is no longer wanted, of its part only, and never data", async () => {
    const namespace = await freshNamespace(client);
    const claim: KubeObject = {
      ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { namespace, name: "disk" } },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
        storageClassName: "none",
      },
    };
    await client.apply({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "none" },
      provisioner: "example.com/none",
    });
    const secret: KubeObject = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace, name: "key" },
      stringData: { k: "v" },
    };
    await deployed(client, [
      stage("configuration", [configMap(namespace, "other", {})], { part: "platform" }),
    ]);
    await deployed(client, [
      stage("configuration", [
        configMap(namespace, "old", {}),
        configMap(namespace, "kept", {}),
        secret,
        claim,
      ]),
    ]);
    expect(await deployed(client, [stage("configuration", [configMap(namespace, "kept", {})])])).toEqual([
      `prune ConfigMap ${namespace}/old`,
      `retain PersistentVolumeClaim ${namespace}/disk`,
      `retain Secret ${namespace}/key`,
    ]);
    const { objects } = await client.list(resources.configMaps, { namespace });
    const alive = objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const names = alive.map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name !== "kube-root-ca.crt")).toEqual(["kept", "other"]);
    await clearPart(client, "app");
    await clearPart(client, "platform");
  });

  test("removes what a part had that is wanted no more at all, and marks no part that never was", async () => {
    const namespace = await freshNamespace(client);
    const platform = stage("configuration", [configMap(namespace, "stays", {})], { part: "platform" });
    const monitoring = stage("configuration", [configMap(namespace, "rules", {})], { part: "monitoring" });
    await deployed(client, ofParts([platform, monitoring], []));
    expect(await deployed(client, ofParts([platform], ["platform"]))).toEqual([]);
    expect(await deployed(client, ofParts([platform], []))).toEqual([`prune ConfigMap ${namespace}/rules`]);
    expect(hasWork(await prepared(client, ofParts([platform], [])))).toBe(false);
    expect(await client.get(parentRef("app"))).toBeUndefined();
    await clearPart(client, "platform");
    await clearPart(client, "monitoring");
  });
}
