import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { deniesAll } from "../../src/verify/areas/security.ts";
import { type ApiServer, startApiServer } from "../cluster/kit/api-server.ts";
import { ca3 } from "../helpers/cli.ts";
import { addNode, openClient, resources, setAs, setStatus } from "../k8s/open.ts";
import { PLAIN_STREAMS, pretendStreams, readyPod } from "../k8s/pretend-streams.ts";
import { withService } from "../services/require.ts";
import { verify } from "./verified.ts";

// No controllers: what a test says of an object stays said.
await withService("kubernetes-api", () => startApiServer({ more: PLAIN_STREAMS }), clusterSuite);

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
      expect(problems["release.ready"]![0]).toMatchObject({ seen: "nothing is deployed", do: "ca3 deploy" });
    }, 60_000);

    test("the checks of the cluster fail one by one", async () => {
      await addNode(client, "node-1", { cpu: "8", memory: "16Gi" });
      await client.apply({
        ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", provisioner: "example.com/none" },
        metadata: { name: "usual", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      });
      const { failed, results } = await run("cluster");
      expect([failed, results["cluster.nodes"]]).toEqual([["cluster.metrics-api"], "pass"]);
      const pressed = [
        { type: "Ready", status: "True" },
        { type: "DiskPressure", status: "True" },
      ];
      const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
      await setStatus(client, node, { conditions: pressed });
      const full = await run("cluster.nodes");
      expect([full.failed, full.problems["cluster.nodes"]![0]!.seen]).toEqual([
        ["cluster.nodes"],
        "node node-1 has DiskPressure",
      ]);
      await setStatus(client, node, { conditions: pressed.slice(0, 1) });
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
      expect((await run("release")).failed).toEqual(["release.ready"]);

      const label = "pod-security.kubernetes.io/enforce";
      await setAs(client, "somebody", namespace(app), { metadata: { labels: { [label]: null } } });
      const loose = await run("security");
      expect([loose.failed, loose.problems["security.pod-security"]![0]!.seen]).toEqual([
        ["security.pod-security"],
        `namespace ${app} enforces no Pod Security level`,
      ]);
      await setAs(client, "somebody", namespace(app), { metadata: { labels: { [label]: "restricted" } } });

      const policies = await client.discovery.resource({
        ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
      });
      const { objects } = await client.list(policies, { namespace: app });
      const denying = objects.find((one) => deniesAll(one, app))!;
      await setAs(client, "somebody", denying, { spec: { ingress: [{}] } });
      const open = await run("security");
      expect(open.failed).toEqual(["security.default-deny"]);
      expect(open.problems["security.default-deny"]![0]!.seen).toBe(
        `no NetworkPolicy denies all traffic in namespace ${app}`,
      );
      await setAs(client, "somebody", denying, { spec: { ingress: null } });

      const processor = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { namespace: app, name: "processor" },
      };
      const containers = [{ name: "processor", image: "somewhere/else:latest" }];
      await setAs(client, "somebody", processor, { spec: { template: { spec: { containers } } } });
      const changed = await run("security");
      expect([changed.failed, changed.problems["security.images"]![0]!.seen]).toEqual([
        ["security.images"],
        `Deployment ${app}/processor runs somewhere/else:latest`,
      ]);
    }, 120_000);

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
      const idle = await run("hpa");
      expect([idle.failed, idle.problems["hpa.scaling"]![0]!.seen]).toEqual([
        ["hpa.scaling"],
        "ScalingActive of by-hand is False: no metrics",
      ]);
      await setStatus(client, scaler(12), { desiredReplicas: 1, conditions: conditions("True") });
      await client.apply(scaler(13));
      expect((await run("hpa")).failed).toEqual(["hpa.partitions"]);
    }, 60_000);

    test("processor, Prometheus and Loki are asked through the API server", async () => {
      const address = Object.values(networkInterfaces())
        .flat()
        .find((one) => one?.family === "IPv4" && !one.internal);
      // The API server does not lead to a loopback address, and this machine may have no other.
      if (address === undefined) return;
      let [status, health, count] = ["ok", "up", "7"];
      const answers: Record<string, () => unknown> = {
        "/health": () => ({ status }),
        "/api/v1/targets": () => ({ data: { activeTargets: [{ labels: { namespace: app }, health }] } }),
        "/loki/api/v1/query": () => ({ data: { result: [{ value: [0, count] }] } }),
      };
      using server = Bun.serve({
        ...{ port: 0, hostname: "0.0.0.0" },
        fetch: ({ url }) => Response.json(answers[new URL(url).pathname]?.() ?? {}),
      });
      const at = { address: address.address, port: server.port! };
      await client.apply(namespace("monitoring"));
      await podAt("monitoring", at);
      await using streams = await pretendStreams(api, client, "node-2");
      await readyPod(client, { node: "node-2", namespace: app, name: "processor-1", of: "processor" });
      streams.leads.set("processor-1:8080", server.port!);
      await standIn("prometheus", { app: "kube-prometheus-stack-prometheus" }, at);
      await standIn("loki", { "app.kubernetes.io/name": "loki" }, at);
      const ask = () =>
        verify(
          ["--cluster", "--only", "metrics.prometheus", "--only", "logs", "--only", "processor.health"],
          around,
        );
      const good = await ask();
      expect([good.failed, Object.values(good.results)]).toEqual([[], ["pass", "pass", "pass", "pass"]]);
      [status, health, count] = ["asleep", "down", "0"];
      expect((await ask()).failed).toEqual(["processor.health", "metrics.prometheus", "logs.loki"]);
    }, 60_000);
  });

  type End = { readonly address: string; readonly port: number };

  /** A Service that leads to a server of this test, by way of a pod of its namespace: no other address is led to. */
  async function standIn(
    name: string,
    labels: Record<string, string>,
    { address, port }: End,
  ): Promise<void> {
    const metadata = { namespace: "monitoring", name };
    await client.apply({
      ...{ apiVersion: "v1", kind: "Service", metadata: { ...metadata, labels } },
      spec: { ports: [{ name: "web", port }] },
    });
    const targetRef = { kind: "Pod", namespace: "monitoring", name: "processor-0" };
    await client.apply({
      ...{ apiVersion: "v1", kind: "Endpoints", metadata },
      subsets: [{ addresses: [{ ip: address, targetRef }], ports: [{ name: "web", port }] }],
    });
  }

  /** A pod of the processor that leads to a server of this test. */
  async function podAt(home: string, { address, port }: End): Promise<void> {
    await client.apply({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace: home, name: "default" },
    });
    const pod = {
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: { namespace: home, name: "processor-0", labels: { "app.kubernetes.io/name": "processor" } },
      spec: {
        nodeName: "node-1",
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            ...{ name: "main", image: "none:1", ports: [{ name: "http", containerPort: port }] },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      },
    };
    await client.apply(pod);
    const conditions = [{ type: "Ready", status: "True" }];
    await setStatus(client, pod, { phase: "Running", podIP: address, podIPs: [{ ip: address }], conditions });
  }
}
