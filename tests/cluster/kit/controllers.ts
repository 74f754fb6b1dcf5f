import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, type Service, startService } from "../../services/process.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { Authority } from "./pki.ts";
import { WITH_US } from "./with-us.ts";

export type ControllersOptions = {
  readonly folder: string;
  readonly kube: string;
  readonly url: string;
  readonly authority: Authority;
  /** Path of the key that signs the tokens of service accounts. */
  readonly tokenKey: string;
  /** One comes, with a kubelet that says that it lives. */
  readonly forNode: boolean;
};

/** Autoscalers look often, since tests wait for them. */
const FOR_A_NODE = [
  ...[
    "--horizontal-pod-autoscaler-sync-period=2s",
    "--horizontal-pod-autoscaler-cpu-initialization-period=5s",
  ],
  ...["--horizontal-pod-autoscaler-initial-readiness-delay=5s"],
] as const;

/** Starts the controller manager and the scheduler beside an API server. */
export async function startControllers(options: ControllersOptions): Promise<Service[]> {
  const { folder, kube, url, authority, tokenKey, forNode } = options;
  const ca = readFileSync(authority.cert, "utf8");
  const config = async (name: string) => {
    const user = await authority.issue(name, { name: `system:${name}` });
    return writeKubeconfig(join(folder, `${name}.yaml`), { server: url, ca, user });
  };
  const manager = await config("kube-controller-manager");
  const scheduler = await config("kube-scheduler");
  const started = async (name: string, kubeconfig: string, rest: readonly string[]) => {
    const port = await freePort();
    return startService({
      name,
      command: () => [
        ...[...WITH_US, kube, name],
        ...[`--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`],
        ...[`--authorization-kubeconfig=${kubeconfig}`, "--bind-address=127.0.0.1", `--secure-port=${port}`],
        ...["--leader-elect=false", ...rest],
      ],
      ready: () => answers(`https://127.0.0.1:${port}/healthz`),
      timeoutMs: 180_000,
    });
  };
  return [
    await started("kube-controller-manager", manager, [
      "--use-service-account-credentials=true",
      `--service-account-private-key-file=${tokenKey}`,
      `--root-ca-file=${authority.cert}`,
      `--cluster-signing-cert-file=${authority.cert}`,
      `--cluster-signing-key-file=${authority.key}`,
      // Nodes that only stand there have no kubelet that says that they live.
      ...(forNode ? FOR_A_NODE : ["--controllers=*,-node-lifecycle-controller"]),
    ]),
    await started("kube-scheduler", scheduler, []),
  ];
}

/** Whether something answers there, whatever it thinks of us. */
async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { tls: { rejectUnauthorized: false } })).status > 0;
  } catch {
    return false;
  }
}
