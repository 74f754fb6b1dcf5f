import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasWork } from "../../../src/k8s/deploy.ts";
import { helmCli } from "../../../src/k8s/helm/cli.ts";
import { ownReleases } from "../../../src/k8s/helm/release.ts";
import type { KubeObject } from "../../../src/k8s/object.ts";
import { deployedStatus } from "../../../src/k8s/status.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { program } from "../../cluster/kit/programs.ts";
import { deployed, prepared } from "../deploying.ts";
import { freshNamespace, openClient } from "../open.ts";
import { pretendKubelet } from "../pretend-kubelet.ts";
import { helm, smallChart } from "../small-chart.ts";
import { stage } from "./deployments.ts";

/** Releases in a cluster that knows no HelmChart: the helm of this machine makes them. */
export function helmHereSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  const folder = mkdtempSync(join(tmpdir(), "ca3-helm-here-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const signal = new AbortController().signal;
  const chart = (namespace: string, image: string): KubeObject => ({
    ...{ apiVersion: "helm.cattle.io/v1", kind: "HelmChart", metadata: { namespace, name: "small" } },
    spec: { chart: smallChart(folder), targetNamespace: namespace, valuesContent: `image: ${image}\n` },
  });
  const stages = (object: KubeObject) => [stage("releases", [object], { part: "monitoring" })];
  const here = async () =>
    helmCli(await program("helm"), { kubeconfig: api.kubeconfig, context: undefined, cwd: folder });

  describe("a release in a cluster without a Helm controller", () => {
    test("is installed by the helm here, changed when it differs, and left alone when not", async () => {
      await using _kubelet = pretendKubelet(client);
      const namespace = await freshNamespace(client);
      const options = { helm: await here(), wait: true };
      expect(await deployed(client, stages(chart(namespace, "runs:1")), options)).toEqual([
        `release HelmChart ${namespace}/small`,
      ]);
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "small-web" };
      expect(await client.get(web)).toMatchObject({ status: { readyReplicas: 1 } });
      expect(hasWork(await prepared(client, stages(chart(namespace, "runs:1")), options))).toBe(false);
      expect(await deployed(client, stages(chart(namespace, "runs:2")), options)).toEqual([
        `release HelmChart ${namespace}/small`,
      ]);
      expect(await ownReleases(client, signal)).toEqual([{ namespace, name: "small", status: "deployed" }]);
      expect(await deployedStatus(client, signal)).toContainEqual(
        expect.objectContaining({ part: "monitoring", state: "ready" }),
      );
      await options.helm.uninstall({ namespace, name: "small" }, signal);
      expect([await client.get(web), await ownReleases(client, signal)]).toEqual([undefined, []]);
    }, 60_000);

    test("without a helm here is refused at once, with what to do", async () => {
      const namespace = await freshNamespace(client);
      await expect(deployed(client, stages(chart(namespace, "runs:1")))).rejects.toMatchObject({
        code: "CA3_KUBE_KIND",
        message: expect.stringContaining("there is no helm on PATH here"),
        hint: expect.stringContaining("deploy.monitoring.enabled"),
      });
    });

    test("of somebody else is not taken over", async () => {
      const namespace = await freshNamespace(client);
      await helm(api.kubeconfig, "install", "small", smallChart(folder), "--namespace", namespace);
      await expect(
        deployed(client, stages(chart(namespace, "runs:1")), { helm: await here() }),
      ).rejects.toMatchObject({ code: "CA3_KUBE_FOREIGN" });
    }, 60_000);

    test("whose chart is broken is told of in Helm's words", async () => {
      const namespace = await freshNamespace(client);
      const broken = chart(namespace, "runs:1");
      const spec = { ...(broken["spec"] as object), chart: join(folder, "nowhere") };
      await expect(
        deployed(client, stages({ ...broken, spec }), { helm: await here() }),
      ).rejects.toMatchObject({
        code: "CA3_KUBE_NOT_READY",
        message: expect.stringMatching(/^helm could not install release .*nowhere/),
      });
    }, 60_000);
  });
}
