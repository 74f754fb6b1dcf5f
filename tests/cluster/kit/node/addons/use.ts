import type { KubeObject } from "../../../../../src/k8s/object.ts";
import { METRICS_SERVER } from "../../images/names.ts";
import { account, bind, deployment, namespace, rbac } from "./parts.ts";

/** How much pods and nodes use, for autoscalers. */
export const use: readonly KubeObject[] = [
  account("metrics-server"),
  {
    ...{ ...rbac, kind: "ClusterRole", metadata: { name: "system:metrics-server" } },
    rules: [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      {
        ...{ apiGroups: [""], verbs: ["get", "list", "watch"] },
        resources: ["pods", "nodes", "namespaces", "configmaps"],
      },
    ],
  },
  bind("system:metrics-server", "system:metrics-server", "metrics-server"),
  bind("metrics-server:delegator", "system:auth-delegator", "metrics-server"),
  {
    ...{ ...rbac, kind: "RoleBinding", metadata: { name: "metrics-server", namespace } },
    roleRef: {
      ...{ apiGroup: "rbac.authorization.k8s.io", kind: "Role" },
      name: "extension-apiserver-authentication-reader",
    },
    subjects: [{ kind: "ServiceAccount", name: "metrics-server", namespace }],
  },
  deployment({
    ...{ name: "metrics-server", labels: { "k8s-app": "metrics-server" } },
    container: {
      image: METRICS_SERVER,
      args: [
        ...["--cert-dir=/tmp", "--secure-port=10250", "--kubelet-insecure-tls", "--metric-resolution=10s"],
        "--kubelet-request-timeout=5s",
        "--kubelet-preferred-address-types=InternalIP",
      ],
      readinessProbe: { httpGet: { path: "/readyz", port: 10250, scheme: "HTTPS" }, periodSeconds: 1 },
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
    volumes: [{ name: "tmp", emptyDir: {} }],
  }),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "metrics-server", namespace },
    spec: { selector: { "k8s-app": "metrics-server" }, ports: [{ port: 443, targetPort: 10250 }] },
  },
  {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1beta1.metrics.k8s.io" },
    spec: {
      service: { name: "metrics-server", namespace },
      ...{ group: "metrics.k8s.io", version: "v1beta1", insecureSkipTLSVerify: true },
      ...{ groupPriorityMinimum: 100, versionPriority: 100 },
    },
  },
];
