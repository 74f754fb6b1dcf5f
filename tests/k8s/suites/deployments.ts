import { beforeAll, describe, expect, test } from "bun:test";
import { applySetId, parentRef } from "../../../src/k8s/apply-set.ts";
import { hasWork } from "../../../src/k8s/deploy.ts";
import type { KubeObject } from "../../../src/k8s/object.ts";
import type { Part, Stage } from "../../../src/k8s/phases.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { program } from "../../cluster/kit/programs.ts";
import { command } from "../../services/cache.ts";
import { clearPart, deployed, prepared } from "../deploying.ts";
import { addNode, configMap, deployment, freshName, freshNamespace, openClient, setAs } from "../open.ts";
import { pretendKubelet } from "../pretend-kubelet.ts";
import { definition } from "./objects.ts";

export const namespaceObject = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});
export const stage = (phase: Stage["phase"], objects: KubeObject[], more: Partial<Stage> = {}): Stage => ({
  ...{ part: "app", phase, objects },
  ...more,
});

export function deploymentSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  const clear = (part: Part = "app") => clearPart(client, part);
  const get = (kind: string, namespace: string, name: string, apiVersion = "v1") =>
    client.get({ apiVersion, kind, namespace, name });

  describe("a deployment", () => {
    beforeAll(() => addNode(client, "node-1", { cpu: "4", memory: "1Gi" }));

    test("makes everything in order, in namespaces that it makes itself, and finds nothing to do the second time", async () => {
      const namespace = freshName();
      const stages = [
        stage("app", [deployment(namespace, "web", 1)]),
        stage("namespaces", [namespaceObject(namespace)]),
        stage("configuration", [configMap(namespace, "settings", { rate: "1" })]),
      ];
      const before = await prepared(client, stages);
      expect(before.plan.steps.map((step) => "unchecked" in step && step.unchecked)).toEqual([
        false,
        "its namespace is created by this deployment",
        "its namespace is created by this deployment",
      ]);
      expect(await deployed(client, stages)).toEqual([
        `create Namespace ${namespace}`,
        `create ConfigMap ${namespace}/settings`,
        `create Deployment ${namespace}/web`,
      ]);
      expect(hasWork(await prepared(client, stages))).toBe(false);
      expect(await deployed(client, stages)).toEqual([]);
      await clear();
    });

    test("changes only what differs, and says which field", async () => {
      const namespace = await freshNamespace(client);
      const stages = (rate: string) => [
        stage("configuration", [configMap(namespace, "a", { rate }), configMap(namespace, "b", {})]),
      ];
      await deployed(client, stages("1"));
      const { plan } = await prepared(client, stages("2"));
      expect(plan.steps.find(({ kind }) => kind === "update")).toMatchObject({
        changes: [{ path: "data.rate", before: "1", after: "2" }],
      });
      expect(await deployed(client, stages("2"))).toEqual([`update ConfigMap ${namespace}/a`]);
      await clear();
    });

    test("sees what somebody changed by hand, and sets it right", async () => {
      const namespace = await freshNamespace(client);
      const stages = [stage("configuration", [configMap(namespace, "a", { rate: "1" })])];
      await deployed(client, stages);
      await setAs(client, "somebody", configMap(namespace, "a", {}), { data: { rate: "9" } });
      await expect(deployed(client, stages)).rejects.toMatchObject({
        code: "CA3_KUBE_CONFLICT",
        message: expect.stringContaining(".data.rate belongs to somebody"),
      });
      await deployed(client, stages, { force: true });
      expect(await get("ConfigMap", namespace, "a")).toMatchObject({ data: { rate: "1" } });
      await clear();
    });

    test("goes on with what an interrupted one left, and finds what that made", async () => {
      const namespace = await freshNamespace(client);
      const stop = new AbortController();
      const stages = (second: string) => [
        stage("configuration", [configMap(namespace, "first", {})]),
        stage("app", [configMap(namespace, second, {})]),
      ];
      const interrupted = deployed(client, stages("never"), {
        signal: stop.signal,
        onEvent: (event) => event.type === "step" && stop.abort(),
      });
      await expect(interrupted).rejects.toThrow();
      expect(await deployed(client, stages("second"))).toEqual([`create ConfigMap ${namespace}/second`]);
      expect(await deployed(client, [stage("app", [configMap(namespace, "second", {})])])).toEqual([
        `prune ConfigMap ${namespace}/first`,
      ]);
      await clear();
    });

    test("takes over nothing that somebody else made, unless told to", async () => {
      const namespace = await freshNamespace(client);
      await setAsNew(namespace);
      const stages = [stage("configuration", [configMap(namespace, "theirs", { ours: "1" })])];
      await expect(deployed(client, stages)).rejects.toMatchObject({
        code: "CA3_KUBE_FOREIGN",
        message: `ConfigMap ${namespace}/theirs of cluster test already exists, and was created by the Helm release grafana`,
        hint: expect.stringContaining("--adopt"),
      });
      expect(await get("ConfigMap", namespace, "theirs")).toMatchObject({ data: { theirs: "1" } });
      await deployed(client, stages, { adopt: true });
      expect(await get("ConfigMap", namespace, "theirs")).toMatchObject({ data: { ours: "1", theirs: "1" } });
      await clear();
    });

    const setAsNew = (namespace: string) =>
      client.http.json({
        method: "POST",
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        query: { fieldManager: "helm" },
        body: {
          ...configMap(namespace, "theirs", { theirs: "1" }),
          metadata: { name: "theirs", annotations: { "meta.helm.sh/release-name": "grafana" } },
        },
        what: "make a config map as Helm",
      });

    test("makes a Job anew whose template has changed", async () => {
      const namespace = await freshNamespace(client);
      const job = (image: string): KubeObject => ({
        ...{ apiVersion: "batch/v1", kind: "Job", metadata: { namespace, name: "topics" } },
        spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image }] } } },
      });
      await deployed(client, [stage("setup", [job("a:1")])]);
      const first = await get("Job", namespace, "topics", "batch/v1");
      await using _kubelet = pretendKubelet(client);
      expect(await deployed(client, [stage("setup", [job("a:2")])])).toEqual([
        `replace Job ${namespace}/topics`,
      ]);
      const second = await get("Job", namespace, "topics", "batch/v1");
      expect(second?.metadata.uid).not.toBe(first!.metadata.uid);
      await clear();
    });

    test("gives a StatefulSet another service name and leaves its pods alone", async () => {
      const namespace = await freshNamespace(client);
      const set = (serviceName: string): KubeObject => {
        const { spec } = deployment(namespace, "kafka", 1) as unknown as { spec: object };
        return {
          apiVersion: "apps/v1",
          kind: "StatefulSet",
          metadata: { namespace, name: "kafka" },
          spec: { ...spec, serviceName },
        };
      };
      const podUid = async () => {
        for (;;) {
          const pod = await get("Pod", namespace, "kafka-0");
          if (pod !== undefined) return pod.metadata.uid;
          await Bun.sleep(50);
        }
      };
      await deployed(client, [stage("data", [set("a")])]);
      const before = await podUid();
      expect(await deployed(client, [stage("data", [set("b")])])).toEqual([
        `replace StatefulSet ${namespace}/kafka`,
      ]);
      expect(await get("StatefulSet", namespace, "kafka", "apps/v1")).toMatchObject({
        spec: { serviceName: "b" },
      });
      expect(await podUid()).toBe(before);
      await clear();
    });

    test("defines a kind and uses it in one go", async () => {
      // Its own part, so that nothing has to wait until the definition is gone.
      const own = { part: "platform" } as const;
      const group = `${freshName()}.test.example`;
      const thing: KubeObject = {
        apiVersion: `${group}/v1`,
        kind: "Thing",
        metadata: { namespace: "default", name: "one" },
      };
      const stages = [stage("monitors", [thing], own), stage("crds", [definition(group)], own)];
      expect(await deployed(client, stages, { wait: true })).toEqual([
        `create CustomResourceDefinition things.${group}`,
        "create Thing default/one",
      ]);
      expect(await deployed(client, stages)).toEqual([]);
    });

    test("without the definition of a kind says so before anything is made", async () => {
      const namespace = await freshNamespace(client);
      const monitor: KubeObject = {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata: { namespace, name: "m" },
      };
      const stages = [stage("configuration", [configMap(namespace, "c", {})]), stage("monitors", [monitor])];
      await expect(deployed(client, stages)).rejects.toMatchObject({ code: "CA3_KUBE_KIND" });
      expect(await get("ConfigMap", namespace, "c")).toBeUndefined();
    });

    test("in a namespace that nobody makes is refused", async () => {
      await expect(deployed(client, [stage("app", [configMap("nowhere", "c", {})])])).rejects.toMatchObject({
        code: "CA3_NOT_FOUND",
        message: "ConfigMap nowhere/c: cluster test has no namespace nowhere",
      });
    });

    test("is remembered so that kubectl's own ApplySets understand it", async () => {
      const namespace = await freshNamespace(client);
      await deployed(client, [stage("configuration", [configMap(namespace, "c", {})])]);
      const parent = await client.get(parentRef("app"));
      expect(parent?.metadata.labels?.["applyset.kubernetes.io/id"]).toBe(applySetId(parentRef("app")));
      const kubectl = [await program("kube"), "kubectl", "--kubeconfig", api.kubeconfig];
      const listed = await command([
        ...[...kubectl, "get", "configmaps", "--all-namespaces", "-o", "name"],
        ...["-l", `applyset.kubernetes.io/part-of=${applySetId(parentRef("app"))}`],
      ]);
      expect(listed.trim()).toBe("configmap/c");
      await clear();
    });
  });
}
