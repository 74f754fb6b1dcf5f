import type { KubeObject } from "../../../../../src/k8s/object.ts";

/** Where the parts of a cluster live. */
export const namespace = "kube-system";
export const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" } as const;
export const account = (name: string): KubeObject => ({
  ...{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
});
export const bind = (name: string, role: string, user: string): KubeObject => ({
  ...{ ...rbac, kind: "ClusterRoleBinding", metadata: { name } },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [{ kind: "ServiceAccount", name: user, namespace }],
});

type Addon = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly container: Readonly<Record<string, unknown>>;
  readonly volumes: readonly unknown[];
};
export const deployment = ({ name, labels, container, volumes }: Addon): KubeObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels } },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        ...{ serviceAccountName: name, priorityClassName: "system-cluster-critical", volumes },
        containers: [{ name, imagePullPolicy: "IfNotPresent", ...container }],
      },
    },
  },
});
