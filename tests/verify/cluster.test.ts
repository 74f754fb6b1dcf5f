import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asMember } from "../../src/k8s/apply-set.ts";
import { deniesAll } from "../../src/verify/areas/security.ts";
import { type ApiServer, startApiServer } from "../cluster/kit/api-server.ts";
import { ca3 } from "../helpers/cli.ts";
import { addNode, openClient, resources, setAs, setStatus } from "../k8s/open.ts";
import { readyPod } from "../k8s/pretend-streams.ts";
import { freePort } from "../services/process.ts";
import { withService } from "../services/require.ts";
import { proxied } from "./proxied-api.ts";
import { saying, told, verify } from "./verified.ts";

// No controllers: what a test says of an object stays said.
await withService("kubernetes-api", startApiServer, clusterSuite);

function clusterSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  const folder = mkdtempSync(join(tmpdir(), "ca3-verify-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const around = { cwd: folder, env: { KUBECONFIG: api.kubeconfig } };
  // No pod runs here that could try a way.
  const run = (only: string) =>
    verify(["--cluster", "--only", only, "--skip", "security.network-enforced"], around);
  // The one that a deployment has when the settings say nothing.
  const app = "app";
  const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  /** As metrics-server brings it; that the API server itself is to answer is all that one says without pods. */
  const metricsApi = {
    ...{ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService" },
    metadata: { name: "v1beta1.metrics.k8s.io" },
    spec: { group: "metrics.k8s.io", version: "v1beta1", groupPriorityMinimum: 100, versionPriority: 100 },
  };

  describe("ca3 verify of a cluster", () => {
    test("an empty cluster passes nothing but that it answers", async () => {
      const { code, results, problems } = await verify(["--cluster", "--skip", "producers"], around);
      const passed = Object.keys(results).filter((id) => results[id] === "pass" || results[id] === "warn");
      expect([code, passed]).toEqual([3, ["cluster.api"]]);
      expect(results).toMatchObject({
        ...{ "cluster.nodes": "fail", "cluster.storage": "fail", "cluster.metrics-api": "fail" },
        ...{ "release.ready": "fail", "security.images": "fail", "processor.health": "fail" },
        ...{ "hpa.scaling": "skip", "metrics.prometheus": "skip", "logs.loki": "skip" },
        ...{ "security.network-enforced": "skip", "workflow.appended": "fail" },
      });
      expect(problems["cluster.storage"]![0]).toMatchObject({
        ...{ seen: "there is no storage class", do: expect.stringContaining("install a provisioner") },
      });
      expect(problems["release.ready"]![0]).toMatchObject({ seen: "nothing is deployed", do: "ca3 deploy" });
    }, 60_000);

    test("the checks of the cluster fail one by one", async () => {
      await addNode(client, "node-1", { cpu: "8", memory: "16Gi" });
      await client.apply({
        ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", provisioner: "example.com/none" },
        metadata: { name: "usual", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      });
      await client.apply(metricsApi);
      const well = await run("cluster");
      expect([told(well), well.results["cluster.nodes"]]).toEqual([{}, "pass"]);

      const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
      const ready = { type: "Ready", status: "True" };
      const faults = [
        [{ type: "Ready", status: "False", reason: "KubeletNotReady" }, "is not ready: KubeletNotReady"],
        [
          { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" },
          "is not ready: NodeStatusUnknown",
        ],
        [{ type: "DiskPressure", status: "True" }, "has DiskPressure"],
        [{ type: "MemoryPressure", status: "True" }, "has MemoryPressure"],
        [{ type: "PIDPressure", status: "True" }, "has PIDPressure"],
      ] as const;
      for (const [condition, seen] of faults) {
        await setStatus(client, node, {
          conditions: condition.type === "Ready" ? [condition] : [ready, condition],
        });
        expect(told(await run("cluster"))).toEqual({
          "cluster.nodes": saying(new RegExp(`^node node-1 ${seen}$`), "ca3 kubectl -- describe node node-1"),
        });
      }
      await setStatus(client, node, { conditions: [ready] });
      await client.delete({ ...metricsApi, name: metricsApi.metadata.name }, { propagation: "Background" });
      expect(told(await run("cluster"))).toEqual({
        "cluster.metrics-api": saying(/^there is no APIService /, "install metrics-server"),
      });
    }, 60_000);

    test("an API server that is not ready, too old, or not there fails at once, and what needs it is skipped", async () => {
      using front = await proxied(api);
      const ask = (kubeconfig: string) =>
        verify(["--cluster", "--only", "cluster"], { ...around, env: { KUBECONFIG: kubeconfig } });
      const through = api.configFor("front.yaml", { server: front.url });
      expect((await ask(through)).results["cluster.api"]).toBe("pass");
      front.answers.set("/readyz", new Response("[-]etcd failed: reason withheld", { status: 500 }));
      const starting = await ask(through);
      expect([told(starting), starting.results["cluster.nodes"]]).toEqual([
        { "cluster.api": saying(/etcd failed/, "ca3 kubectl -- get --raw '/readyz?verbose'") },
        "skip",
      ]);
      front.answers.set("/version", Response.json({ major: "1", minor: "28", gitVersion: "v1.28.3+k3s1" }));
      expect(told(await ask(through))).toEqual({
        "cluster.api": saying(
          /^cluster test runs Kubernetes v1\.28\.3\+k3s1, and ca3 needs /,
          "upgrade the cluster",
        ),
      });
      const nobody = api.configFor("nobody.yaml", { server: `https://127.0.0.1:${await freePort()}` });
      expect(told(await ask(nobody))).toEqual({
        "cluster.api": saying(
          / cannot be reached: nothing listens there$/,
          "check context test of the kubeconfig",
        ),
      });
    }, 60_000);

    test("a deployment that was tampered with is told by exactly the check it concerns", async () => {
      writeFileSync(
        join(folder, "ca3.yaml"),
        JSON.stringify({ deploy: { profile: "small", monitoring: { enabled: false } } }),
      );
      const { code, notes } = await ca3("deploy --yes --no-wait", around);
      expect([code, notes]).toEqual([0, expect.anything()]);
      const whole = await run("security");
      expect([whole.failed, whole.results["security.images"]]).toEqual([[], "pass"]);
      expect(told(await run("release"))).toEqual({
        "release.ready": saying(/^Deployment app\/\w+ is waiting: /, "ca3 status"),
      });

      const label = "pod-security.kubernetes.io/enforce";
      await setAs(client, "somebody", namespace(app), { metadata: { labels: { [label]: null } } });
      const loose = await run("security");
      expect(told(loose)).toEqual({
        "security.pod-security": saying(
          /^namespace app enforces no Pod Security level$/,
          "ca3 deploy --force",
        ),
      });
      await setAs(client, "somebody", namespace(app), { metadata: { labels: { [label]: "restricted" } } });

      const policies = await client.discovery.resource({
        ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
      });
      const { objects } = await client.list(policies, { namespace: app });
      const denying = objects.find((one) => deniesAll(one, app))!;
      await setAs(client, "somebody", denying, { spec: { ingress: [{}] } });
      expect(told(await run("security"))).toEqual({
        "security.default-deny": saying(
          /^no NetworkPolicy denies all traffic in namespace app$/,
          "ca3 deploy --force",
        ),
      });
      await setAs(client, "somebody", denying, { spec: { ingress: null } });

      const processor = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { namespace: app, name: "processor" },
      };
      const containers = [{ name: "processor", image: "somewhere/else:latest" }];
      await setAs(client, "somebody", processor, { spec: { template: { spec: { containers } } } });
      expect(told(await run("security"))).toEqual({
        "security.images": saying(
          /^Deployment app\/processor runs somewhere\/else:latest$/,
          "ca3 deploy --force",
        ),
      });
      await setAs(client, "somebody", processor, {
        spec: { template: { spec: { containers: [{ name: "processor", image: "somewhere/else:1" }] } } },
      });
    }, 120_000);

    test("a namespace that an undeployment has left empty denies nothing, until somebody starts a pod there", async () => {
      const left = {
        ...namespace("external-secrets"),
        metadata: {
          name: "external-secrets",
          labels: { "pod-security.kubernetes.io/enforce": "restricted" },
        },
      };
      await client.apply(asMember(left, "platform"));
      expect(told(await run("security"))).toEqual({});
      await readyPod(client, { node: "node-1", namespace: "external-secrets", name: "left", of: "left" });
      expect(told(await run("security"))).toEqual({
        "security.default-deny": saying(
          /^no NetworkPolicy denies all traffic in namespace external-secrets$/,
          "ca3 deploy --force",
        ),
      });
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { namespace: "external-secrets", name: "left" },
      };
      await setStatus(client, pod, { phase: "Succeeded" });
      expect(told(await run("security"))).toEqual({});
    }, 60_000);

    test("an autoscaler that cannot scale, or beyond the partitions, is told", async () => {
      const scaler = (maxReplicas: number) => ({
        ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
        metadata: { namespace: app, name: "by-hand" },
        spec: {
          ...{ minReplicas: 1, maxReplicas },
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "processor" },
        },
      });
      const conditions = (active: string) => [
        { type: "AbleToScale", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
        {
          ...{ type: "ScalingActive", status: active, lastTransitionTime: "2026-01-01T00:00:00Z" },
          message: "no metrics",
        },
      ];
      await client.apply(scaler(12));
      for (const made of (await client.list(resources.autoscalers, { namespace: app })).objects)
        await setStatus(client, made, { desiredReplicas: 1, conditions: conditions("True") });
      expect((await run("hpa")).failed).toEqual([]);
      await setStatus(client, scaler(12), { desiredReplicas: 1, conditions: conditions("False") });
      expect(told(await run("hpa"))).toEqual({
        "hpa.scaling": saying(
          /^ScalingActive of by-hand is False: no metrics$/,
          "-n app describe hpa by-hand",
        ),
      });
      await setStatus(client, scaler(12), { desiredReplicas: 1, conditions: conditions("True") });
      await client.apply(scaler(13));
      expect(told(await run("hpa"))).toEqual({
        "hpa.partitions": saying(/^by-hand may go to 13 replicas$/, "deploy.processor.max"),
      });
    }, 60_000);
  });
}
