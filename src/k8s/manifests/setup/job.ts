import type { KubeObject } from "../../object.ts";
import { MI } from "../../quantities.ts";
import { SERVICE_USER } from "../app/service-container.ts";
import { digestOf } from "../digest.ts";
import type { EnvVar } from "../env.ts";
import { labels } from "../labels.ts";
import type { Layout } from "../layout.ts";
import { type Container, type Mount, podSpec, type Volume } from "../pod.ts";

export type SetupStep = {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
  readonly mounts: readonly Mount[];
};
type SetupJob = {
  readonly name: string;
  readonly namespace: string;
  readonly volumes: readonly Volume[];
  /** One after the other; the last one decides. */
  readonly steps: readonly [...SetupStep[], SetupStep];
  /** What else makes it run again when it changes. */
  readonly again: unknown;
};

const resources = { cpuRequest: 50, cpuLimit: 500, memoryRequest: 64 * MI, memoryLimit: 256 * MI };

/**
 * A Job of our image that may run any number of times. A Job cannot be changed, so what it does is in its name: when
 * that changes there is a new one, and the old one is removed.
 */
export function setupJob(layout: Layout, { name, namespace, volumes, steps, again }: SetupJob): KubeObject {
  const containers = steps.map(
    ({ name, args, env, mounts }): Container => ({
      ...{ name, image: layout.deploy.image, args, env, resources, volumeMounts: mounts },
    }),
  );
  const spec = podSpec(layout, {
    ...{ user: SERVICE_USER, graceS: 30, volumes, containers: containers.slice(-1) },
    ...(containers.length > 1 ? { initContainers: containers.slice(0, -1) } : {}),
    more: { restartPolicy: "Never" },
  });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${name}-${digestOf({ spec, again })}`, namespace, labels: labels(name) },
    spec: {
      backoffLimit: 8,
      activeDeadlineSeconds: 900,
      template: { metadata: { labels: labels(name) }, spec },
    },
  };
}
