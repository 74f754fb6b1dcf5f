import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Service, startService } from "../../../services/process.ts";
import { type ApiServer, SERVICES } from "../api-server.ts";
import { KUBERNETES, program } from "../programs.ts";
import { type Enclosure, PROGRAMS } from "./enclosure.ts";
import { PODS, type Runtime } from "./runtime.ts";

/** As the first control plane of a cluster named `ca3` is called, so that it can be that. */
export const NODE_NAME = "ca3-cp-1";
/** What the node says that it runs, as one of K3s does. */
export const NODE_RELEASE = `${KUBERNETES.version}+k3s1`;

/** Starts what runs the pods of the node, and what makes Services out of them. */
export async function startKubelet(
  enclosure: Enclosure,
  api: ApiServer,
  runtime: Runtime,
): Promise<Service[]> {
  const { address, folder, home, group, inside } = enclosure;
  const kube = `${PROGRAMS}/${basename(await program("kube"))}`;
  const { authority } = api;
  await authority.issue("kubelet-server", { name: NODE_NAME, hosts: [`IP:${address}`, `DNS:${NODE_NAME}`] });
  const user = async (name: string, groups: readonly string[] = []) =>
    enclosure.at(
      api.configFor(`${name.replaceAll(":", "-")}.yaml`, { user: await api.issue({ name, groups }) }),
    );
  const file = (name: string, value: object) => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return `${home}/${name}`;
  };
  // Pods look names up here; nothing is asked beyond the cluster.
  writeFileSync(join(folder, "resolv.conf"), "nameserver 127.0.0.1\n");
  const kubelet = file("kubelet.json", {
    ...{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration" },
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: enclosure.at(authority.cert) },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: enclosure.at(authority.path("kubelet-server", "crt")),
    tlsPrivateKeyFile: enclosure.at(authority.path("kubelet-server", "key")),
    ...{ cgroupDriver: "cgroupfs", cgroupRoot: `/${group}`, failCgroupV1: false, failSwapOn: false },
    ...{ clusterDNS: [SERVICES.dns], clusterDomain: "cluster.local", resolvConf: `${home}/resolv.conf` },
    ...{ containerRuntimeEndpoint: runtime.socket, syncFrequency: "10s" },
    evictionHard: { "imagefs.available": "1%", "nodefs.available": "1%" },
  });
  const proxy = file("kube-proxy.json", {
    ...{ apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration" },
    clientConnection: { kubeconfig: await user("system:kube-proxy") },
    ...{ mode: "iptables", clusterCIDR: PODS, hostnameOverride: NODE_NAME },
    // What counts connections belongs to the whole machine.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  });
  const identity = await user(`system:node:${NODE_NAME}`, ["system:nodes"]);
  return [
    await startService({
      name: "kubelet",
      command: () =>
        inside(
          ...[kube, "kubelet", `--config=${kubelet}`, `--kubeconfig=${identity}`],
          ...[`--hostname-override=${NODE_NAME}`, `--node-ip=${address}`, "--v=2"],
          `--version=${NODE_RELEASE}`,
          // Without it the use of each container is not measured.
          `--containerd=${runtime.socket.replace("unix://", "")}`,
        ),
      ready: ({ output }) => output().includes("Started kubelet"),
      timeoutMs: 120_000,
    }),
    await startService({
      name: "kube-proxy",
      command: () => inside(kube, "kube-proxy", `--config=${proxy}`),
      ready: ({ output }) => /Starting service config controller/.test(output()),
      timeoutMs: 120_000,
    }),
  ];
}
