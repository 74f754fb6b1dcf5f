import type { KubeObject } from "../../../../../src/k8s/object.ts";
import { SERVICES } from "../../api-server.ts";
import { COREDNS } from "../../images/names.ts";
import { account, bind, deployment, namespace, rbac } from "./parts.ts";

const corefile = `.:53 {
  errors
  health
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    fallthrough in-addr.arpa ip6.arpa
  }
  cache 5
  loadbalance
}
`;

/** Names of Services, as in every cluster. */
export const names: readonly KubeObject[] = [
  account("coredns"),
  {
    ...{ ...rbac, kind: "ClusterRole", metadata: { name: "system:coredns" } },
    rules: [
      { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ],
  },
  bind("system:coredns", "system:coredns", "coredns"),
  {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "coredns", namespace } },
    data: { Corefile: corefile },
  },
  deployment({
    ...{ name: "coredns", labels: { "k8s-app": "kube-dns" } },
    container: {
      ...{ image: COREDNS, args: ["-conf", "/etc/coredns/Corefile"] },
      readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
      volumeMounts: [{ name: "config", mountPath: "/etc/coredns" }],
    },
    volumes: [{ name: "config", configMap: { name: "coredns" } }],
  }),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace, labels: { "k8s-app": "kube-dns" } },
    spec: {
      ...{ selector: { "k8s-app": "kube-dns" }, clusterIP: SERVICES.dns },
      ports: ["UDP", "TCP"].map((protocol) => ({
        name: `dns-${protocol.toLowerCase()}`,
        port: 53,
        protocol,
      })),
    },
  },
];
