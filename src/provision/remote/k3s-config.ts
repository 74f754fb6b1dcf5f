import type { ClusterSettings } from "../config.ts";
import type { NodeWant } from "../model.ts";
import { hostName } from "../tags.ts";

export type NodePlace = {
  readonly node: NodeWant;
  readonly privateAddress: string;
  readonly publicAddress: string | undefined;
};

/** The name of a node in Kubernetes. */
export const nodeName = (cluster: string, { name }: NodeWant): string => hostName(cluster, name);

const FOLDER = "/etc/rancher/k3s";
export const paths = {
  config: `${FOLDER}/config.yaml`,
  token: `${FOLDER}/token`,
  /** Only where K3s has not run yet: how it finds its cluster. */
  join: `${FOLDER}/config.yaml.d/10-join.yaml`,
  podSecurity: `${FOLDER}/pod-security.json`,
  auditPolicy: `${FOLDER}/audit-policy.json`,
  auditLog: "/var/log/k3s-audit.log",
  kubeconfig: `${FOLDER}/k3s.yaml`,
} as const;

/** `config.yaml` of a control plane. JSON is YAML. Options here outlast every restart and upgrade; flags would not. */
export function serverConfig(
  settings: ClusterSettings,
  place: NodePlace,
  more: { readonly addresses: readonly string[] },
): string {
  const apiArgs = [
    "anonymous-auth=false",
    "service-account-extend-token-expiration=false",
    `admission-control-config-file=${paths.podSecurity}`,
    ...(settings.audit
      ? [
          `audit-policy-file=${paths.auditPolicy}`,
          `audit-log-path=${paths.auditLog}`,
          ...["audit-log-maxage=30", "audit-log-maxbackup=10", "audit-log-maxsize=100"],
        ]
      : []),
  ];
  return json({
    ...common(settings, place),
    "write-kubeconfig-mode": "0600",
    "tls-san": more.addresses,
    "secrets-encryption": settings.secretsEncryption,
    disable: settings.k3sDisable,
    "kube-apiserver-arg": apiArgs,
    "kube-controller-manager-arg": ["terminated-pod-gc-threshold=100"],
    ...(isTogether(settings)
      ? {
          "etcd-snapshot-schedule-cron": settings.snapshotSchedule,
          "etcd-snapshot-retention": settings.snapshotsKept,
        }
      : {}),
  });
}

/** `config.yaml` of a worker. */
export const agentConfig = (settings: ClusterSettings, place: NodePlace, server: string): string =>
  json({ ...common(settings, place), server });

/**
 * What a node is told besides until it has joined: the first control plane to begin, the others whom to join, and with which
 * token. It stands in a file of its own, which goes with the token: K3s does not start when a token file is named and missing.
 */
export const joinConfig = (settings: ClusterSettings, server: string | undefined): string =>
  json(
    server !== undefined
      ? { server, "token-file": paths.token }
      : isTogether(settings)
        ? { "cluster-init": true }
        : {},
  );

const isTogether = ({ controlPlanes, datastore }: ClusterSettings): boolean =>
  controlPlanes === "3" || datastore === "etcd";

function common(settings: ClusterSettings, { node, privateAddress, publicAddress }: NodePlace) {
  return {
    "node-name": nodeName(settings.name, node),
    "node-ip": privateAddress,
    ...(publicAddress === undefined ? {} : { "node-external-ip": publicAddress }),
    "protect-kernel-defaults": settings.protectKernelDefaults,
    "kubelet-arg": ["streaming-connection-idle-timeout=5m"],
    ...(Object.keys(node.labels).length === 0
      ? {}
      : { "node-label": Object.entries(node.labels).map(([name, value]) => `${name}=${value}`) }),
    ...(node.taints.length === 0 ? {} : { "node-taint": node.taints }),
  };
}

/** Namespaces that say nothing get this level; the system's own are exempt. */
export const podSecurityConfig = ({ podSecurity }: ClusterSettings): string =>
  json({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AdmissionConfiguration",
    plugins: [
      {
        name: "PodSecurity",
        configuration: {
          apiVersion: "pod-security.admission.config.k8s.io/v1",
          kind: "PodSecurityConfiguration",
          defaults: {
            ...{
              enforce: podSecurity,
              "enforce-version": "latest",
              audit: "restricted",
              "audit-version": "latest",
            },
            ...{ warn: "restricted", "warn-version": "latest" },
          },
          exemptions: { usernames: [], runtimeClasses: [], namespaces: ["kube-system"] },
        },
      },
    ],
  });

/** Who did what, without the content of Secrets and without what is asked a hundred times a minute. */
export const auditPolicy = (): string =>
  json({
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
      { level: "None", nonResourceURLs: ["/healthz*", "/readyz*", "/livez*", "/metrics"] },
      { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
      { level: "None", verbs: ["get", "list", "watch"], users: ["system:kube-proxy", "system:apiserver"] },
      { level: "Metadata" },
    ],
  });

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
