import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, type LiveObject, textAt } from "../../../src/k8s/live-object.ts";
import type { KubeObject } from "../../../src/k8s/object.ts";
import { CONFIG_HASH } from "../../../src/k8s/readiness/helm-release.ts";
import { propagationOf, removeAndWait } from "../../../src/k8s/remove.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { program } from "../../cluster/kit/programs.ts";
import { WITH_US } from "../../cluster/kit/with-us.ts";
import { until } from "../../entrypoints/rig.ts";
import { freePort, type Service, startService } from "../../services/process.ts";
import { deployed } from "../deploying.ts";
import { addNode, freshNamespace, openClient, resources, setAs, setStatus } from "../open.ts";
import { pretendKubelet } from "../pretend-kubelet.ts";
import { helm, smallChart } from "../small-chart.ts";
import { stage } from "./deployments.ts";

/** HelmChart objects with the real controller; its job is played, and what the job would do is done by the real helm. */
export function chartSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  const folder = mkdtempSync(join(tmpdir(), "ca3-charts-"));
  let controller: Service;
  let kubelet: AsyncDisposable;

  describe("a Helm release", () => {
    beforeAll(async () => {
      const path = await program("helm-controller");
      const port = await freePort();
      controller = await startService({
        name: "helm-controller",
        command: () => [
          ...[...WITH_US, path, `--kubeconfig=${api.kubeconfig}`, "--controller-name=helm-controller"],
          ...["--default-job-image=none:1", "--node-name=test", `--pprof-port=${port}`],
        ],
        ready: () => client.discovery.find(kind, true).then((found) => found !== undefined),
      });
      await addNode(client, "charts", { cpu: "8", memory: "16Gi" });
      // Its jobs are for this system only.
      const node = { apiVersion: "v1", kind: "Node", metadata: { name: "charts" } };
      await setAs(client, "kubelet", node, { metadata: { labels: { "kubernetes.io/os": "linux" } } });
      kubelet = pretendKubelet(client);
    }, 120_000);
    afterAll(async () => {
      await kubelet[Symbol.asyncDispose]();
      await controller[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    const kind = { apiVersion: "helm.cattle.io/v1", kind: "HelmChart" };
    const chart = (namespace: string, name: string, jobImage: string, image = "runs:1"): KubeObject => ({
      ...{ ...kind, metadata: { namespace, name } },
      spec: {
        ...{ chart: "small", version: "1.2.3", targetNamespace: namespace, failurePolicy: "abort" },
        ...{ jobImage, backOffLimit: 3, valuesContent: `image: ${image}\n` },
      },
    });
    const deploying = (object: KubeObject, timeoutMs = 60_000) =>
      deployed(client, [stage("releases", [object], { part: "monitoring" })], { wait: true, timeoutMs });
    /** The hash that the controller gives the newest form of a chart. */
    const hashOf = (job: LiveObject | undefined) =>
      String(at(job, "spec", "template", "metadata", "annotations", CONFIG_HASH) ?? "")
        .replace("SHA256=", "")
        .slice(0, 63);
    const jobOf = (namespace: string, name: string) =>
      client.get({ apiVersion: "batch/v1", kind: "Job", namespace, name: `helm-install-${name}` });
    const install = async (namespace: string, name: string, image: string, hash: string) =>
      helm(
        ...([
          api.kubeconfig,
          "upgrade",
          "--install",
          name,
          smallChart(folder),
          "--namespace",
          namespace,
        ] as const),
        ...["--set", `image=${image}`, "--labels", `${CONFIG_HASH}=${hash}`],
      );

    test("is ready when it was deployed from what is wanted now, and its pods are ready", async () => {
      const namespace = await freshNamespace(client);
      let isReady = false;
      const deploying1 = deploying(chart(namespace, "good", "held:1")).then(() => {
        isReady = true;
      });
      await until("the controller has made a job", async () => hashOf(await jobOf(namespace, "good")) !== "");
      await install(namespace, "good", "runs:1", "another-form");
      expect(isReady).toBe(false);
      await install(namespace, "good", "runs:1", hashOf(await jobOf(namespace, "good")));
      await deploying1;

      const changed = deploying(chart(namespace, "good", "held:1", "missing:1"));
      changed.catch(() => {});
      const before = hashOf(await jobOf(namespace, "good"));
      await until("the job is another one", async () => {
        const now = hashOf(await jobOf(namespace, "good"));
        return now !== "" && now !== before;
      });
      await install(namespace, "good", "missing:1", hashOf(await jobOf(namespace, "good")));
      await expect(changed).rejects.toMatchObject({
        code: "CA3_KUBE_NOT_READY",
        message: expect.stringMatching(
          new RegExp(`HelmChart ${namespace}/good: Deployment ${namespace}/good-web: .* its image missing:1`),
        ),
      });
    }, 120_000);

    test("whose job fails again and again is told of, before the job is given up and its log is gone", async () => {
      const namespace = await freshNamespace(client);
      await expect(deploying(chart(namespace, "bad", "fails:1"))).rejects.toMatchObject({
        code: "CA3_KUBE_NOT_READY",
        message: expect.stringMatching(
          new RegExp(`^HelmChart ${namespace}/bad: Helm failed 4 times; Pod ${namespace}/`),
        ),
        hint: expect.stringContaining("ca3"),
      });
    }, 120_000);

    test("goes when its job has emptied it, and keeps what the job needs until then", async () => {
      const namespace = await freshNamespace(client);
      const ref = { ...kind, namespace, name: "going" };
      const { uid } = (await client.apply(chart(namespace, "going", "held:1"))).metadata;
      const finalizers = async () => (await client.get(ref))?.metadata.finalizers ?? [];
      await until("its controller has it", async () => (await finalizers()).length > 0);
      const signal = AbortSignal.timeout(60_000);
      const removing = removeAndWait(client, ref, { uid, propagation: propagationOf(ref), signal });
      const working = async () =>
        (await client.list(resources.pods, { namespace, labels: "job-name=helm-delete-going" })).objects[0];
      await until("a job empties it", async () => (await working()) !== undefined);
      const account = textAt(await working(), "spec", "serviceAccountName")!;
      const held = await client.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: account });
      expect(held?.metadata).toMatchObject({ name: account });
      expect(held?.metadata.deletionTimestamp).toBeUndefined();
      expect(await finalizers()).not.toContain("foregroundDeletion");
      await setStatus(client, (await working())!, { phase: "Succeeded" });
      await removing;
    }, 120_000);
  });
}
