import { cores, quantity } from "../quantities.ts";
import type { EnvVar } from "./env.ts";
import type { Layout, Resources } from "./layout.ts";

export type Mount = {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly subPath?: string;
};
export type Volume = { readonly name: string; readonly [kind: string]: unknown };
export type ContainerPort = {
  readonly name: string;
  readonly containerPort: number;
  readonly protocol?: "TCP" | "UDP";
};
export type Container = {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly ports?: readonly ContainerPort[];
  readonly resources: Resources;
  readonly startupProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly livenessProbe?: unknown;
  readonly volumeMounts?: readonly Mount[];
  readonly restartPolicy?: "Always";
};
export type Pod = {
  /** Of the user and group; both own what is mounted. */
  readonly user: number;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  /** Longer than the service takes to stop in order. */
  readonly graceS: number;
  /** Whatever else the spec of a pod has. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/**
 * The spec of a pod as the policy `restricted` wants it, and stricter: a root filesystem that cannot be written, no
 * token of the API server, no variables of Services, which a program could take for settings.
 */
export function podSpec({ deploy }: Layout, pod: Pod): Record<string, unknown> {
  const container = (one: Container) => containerSpec(one, deploy.imagePullPolicy);
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(deploy.imagePullSecret === undefined ? {} : { imagePullSecrets: [{ name: deploy.imagePullSecret }] }),
    securityContext: {
      runAsNonRoot: true,
      ...{ runAsUser: pod.user, runAsGroup: pod.user, fsGroup: pod.user },
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    terminationGracePeriodSeconds: pod.graceS,
    ...(pod.initContainers === undefined ? {} : { initContainers: pod.initContainers.map(container) }),
    containers: pod.containers.map(container),
    ...(pod.volumes === undefined ? {} : { volumes: pod.volumes }),
    ...pod.more,
  };
}

const containerSpec = ({ resources, ...container }: Container, imagePullPolicy: string) => ({
  ...container,
  imagePullPolicy,
  resources: {
    requests: { cpu: cores(resources.cpuRequest), memory: quantity(resources.memoryRequest) },
    limits: { cpu: cores(resources.cpuLimit), memory: quantity(resources.memoryLimit) },
  },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
});

/** A folder in memory or on the node's disk, empty at first. */
export const emptyDir = (name: string, sizeLimit: string, inMemory = false): Volume => ({
  name,
  emptyDir: { ...(inMemory ? { medium: "Memory" } : {}), sizeLimit },
});

/** A Secret as files, one for each of these keys, readable for the user of the pod alone. */
export const secretVolume = (name: string, secretName: string, keys: readonly string[]): Volume => ({
  name,
  secret: { secretName, defaultMode: 0o440, items: keys.map((key) => ({ key, path: key })) },
});

export const configVolume = (name: string, configMap: string): Volume => ({
  name,
  configMap: { name: configMap, defaultMode: 0o444 },
});

/** Replicas on different nodes where there are enough of them. */
export const spread = (matchLabels: Readonly<Record<string, string>>) => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels },
    },
  ],
});
