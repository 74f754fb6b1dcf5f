import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { DeployEvent } from "../../../src/k8s/apply.ts";
import type { KubeObject } from "../../../src/k8s/object.ts";
import type { Stage } from "../../../src/k8s/phases.ts";
import { reasonOf } from "../../../src/k8s/readiness/look.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { FaultProxy } from "../../faults/real/proxy.ts";
import { deployed } from "../deploying.ts";
import { configMap, deployment, freshNamespace, openClient } from "../open.ts";
import { pretendKubelet } from "../pretend-kubelet.ts";

export function readinessSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  let kubelet: AsyncDisposable;
  beforeAll(() => {
    kubelet = pretendKubelet(client);
  });
  afterAll(() => kubelet[Symbol.asyncDispose]());
  const stage = (phase: Stage["phase"], ...objects: KubeObject[]): Stage => ({
    part: "monitoring",
    phase,
    objects,
  });
  const job = (namespace: string, name: string, image: string): KubeObject => ({
    ...{ apiVersion: "batch/v1", kind: "Job", metadata: { namespace, name } },
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image }] } } },
  });
  const wait = { wait: true, timeoutMs: 60_000 } as const;

  describe("waiting until things are ready", () => {
    test("one phase is ready before the next begins", async () => {
      const namespace = await freshNamespace(client);
      const order: string[] = [];
      const onEvent = (event: DeployEvent) => {
        if (event.type === "step" && "object" in event.step)
          order.push(`made ${event.step.object.metadata.name}`);
        if (event.type === "phase") order.push(`${event.phase} is ready`);
      };
      const stages = [
        stage("app", deployment(namespace, "processor", 2, "runs:1")),
        stage("setup", job(namespace, "topics", "ends:1")),
        stage("data", deployment(namespace, "kafka", 1, "runs:1")),
      ];
      await deployed(client, stages, { ...wait, onEvent });
      expect(order).toEqual([
        ...["made kafka", "data is ready", "made topics", "setup is ready"],
        ...["made processor", "app is ready"],
      ]);
    });

    test("what is already as it should be is looked at once more, and is no work", async () => {
      const namespace = await freshNamespace(client);
      const stages = [stage("app", deployment(namespace, "web", 1, "runs:1"))];
      await deployed(client, stages, wait);
      expect(await deployed(client, stages, wait)).toEqual([]);
    });

    test.each([
      [
        "an image that is not there",
        "missing:1",
        "its image missing:1 does not exist: image missing:1 is not present",
        "check name and registry",
      ],
      ["a container that crashes", "fails:1", "container main ended with code 1, 4 times", "ca3 logs"],
    ])("%s ends it at once, with the pod and what to do", async (_what, image, reason, hint) => {
      const namespace = await freshNamespace(client);
      const failing = deployed(client, [stage("app", deployment(namespace, "web", 1, image))], wait);
      await expect(failing).rejects.toMatchObject({
        code: "CA3_KUBE_NOT_READY",
        message: expect.stringMatching(
          new RegExp(`^Deployment ${namespace}/web: .*; Pod ${namespace}/web-.*: ${reason}`),
        ),
        hint: expect.stringContaining(hint),
      });
    });

    test("a Job that fails for good ends it, with its own reason", async () => {
      const namespace = await freshNamespace(client);
      const object = job(namespace, "topics", "none:1");
      Object.assign(object["spec"] as object, { activeDeadlineSeconds: 1 });
      await expect(deployed(client, [stage("setup", object)], wait)).rejects.toMatchObject({
        code: "CA3_KUBE_NOT_READY",
        message: expect.stringContaining(
          `Job ${namespace}/topics: it failed: Job was active longer than specified deadline`,
        ),
      });
    });

    test("pods that a policy forbids are said, not waited for", async () => {
      const namespace = await freshNamespace(client);
      await client.apply({
        ...{ apiVersion: "v1", kind: "Namespace" },
        metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
      });
      const failing = deployed(client, [stage("app", deployment(namespace, "web", 1, "runs:1"))], wait);
      await expect(failing).rejects.toMatchObject({
        code: "CA3_KUBE_NOT_READY",
        message: expect.stringMatching(
          /its pods cannot be created: .*violates PodSecurity "restricted:latest"/,
        ),
      });
    });

    test("at the deadline the message says why the pod does not start", async () => {
      const namespace = await freshNamespace(client);
      const object = deployment(namespace, "web", 1, "runs:1");
      const pod = (object["spec"] as { template: { spec: Record<string, unknown> } }).template.spec;
      pod["schedulingGates"] = [{ name: "example.com/wait" }];
      const looks: string[] = [];
      const onEvent = (event: DeployEvent) => {
        if (event.type === "waiting") looks.push(...event.open.map(reasonOf));
      };
      await expect(
        deployed(client, [stage("app", object)], { wait: true, timeoutMs: 3_000, onEvent }),
      ).rejects.toMatchObject({
        code: "CA3_KUBE_NOT_READY",
        message: expect.stringMatching(
          /^not ready within 3\.0 s: Deployment .*\/web: 0 of 1 pod.*; Pod .*: no node can take it: Scheduling is blocked due to non-empty scheduling gates/,
        ),
      });
      expect(looks.at(-1)).toContain("no node can take it");
    });

    test("an autoscaler without metrics is a warning, not the end", async () => {
      const namespace = await freshNamespace(client);
      const scaler: KubeObject = {
        ...{
          apiVersion: "autoscaling/v2",
          kind: "HorizontalPodAutoscaler",
          metadata: { namespace, name: "web" },
        },
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
          maxReplicas: 3,
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
            },
          ],
        },
      };
      const warned: string[] = [];
      const onEvent = (event: DeployEvent) => {
        if (event.type === "without") warned.push(reasonOf(event.look));
      };
      const stages = [
        stage("app", deployment(namespace, "web", undefined, "runs:1")),
        stage("scaling", scaler),
      ];
      await deployed(client, stages, { wait: true, timeoutMs: 5_000, onEvent });
      expect(warned).toEqual([expect.stringContaining(`HorizontalPodAutoscaler ${namespace}/web: `)]);
    });

    test("a link that is cut for a moment changes nothing", async () => {
      const namespace = await freshNamespace(client);
      await using proxy = await FaultProxy.open(api.port);
      const far = openClient(api.configFor("far.yaml", { server: `https://127.0.0.1:${proxy.port}` }));
      let cut = false;
      const onEvent = (event: DeployEvent) => {
        if (event.type !== "waiting" || cut) return;
        cut = true;
        void proxy.refuse().then(() => Bun.sleep(300).then(() => proxy.heal()));
      };
      const stages = [
        stage("app", deployment(namespace, "web", 3, "runs:1")),
        stage("scaling", configMap(namespace, "c", {})),
      ];
      const done = await deployed(far, stages, { ...wait, onEvent });
      expect(done.slice(0, 2)).toEqual([
        `create Deployment ${namespace}/web`,
        `create ConfigMap ${namespace}/c`,
      ]);
      expect(cut).toBe(true);
    });
  });
}
