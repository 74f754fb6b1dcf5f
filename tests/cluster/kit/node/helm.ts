import { freePort, type Service, startService } from "../../../services/process.ts";
import { HELM_JOB } from "../images/names.ts";
import { program } from "../programs.ts";
import { WITH_US } from "../with-us.ts";
import { NODE_NAME } from "./kubelet.ts";
import type { ClusterNode } from "./node.ts";

/** Starts the controller that K3s brings along: it installs what HelmChart objects name, by jobs. */
export async function startHelmController({ kubeconfig, client }: ClusterNode): Promise<Service> {
  const controller = await program("helm-controller");
  const pprof = await freePort();
  return startService({
    name: "helm-controller",
    command: () => [
      ...[...WITH_US, controller, `--kubeconfig=${kubeconfig}`, "--controller-name=helm-controller"],
      ...[`--default-job-image=${HELM_JOB}`, `--node-name=${NODE_NAME}`, `--pprof-port=${pprof}`],
    ],
    ready: async () => {
      const kind = { apiVersion: "helm.cattle.io/v1", kind: "HelmChart" };
      return (await client.discovery.find(kind, true)) !== undefined;
    },
  });
}
