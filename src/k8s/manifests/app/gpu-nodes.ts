import { localSettings } from "../../../local/config.ts";
import { producerSettings } from "../../../producer/config.ts";
import type { KubeObject } from "../../object.ts";
import { MI } from "../../quantities.ts";
import { type EnvVar, envOf, pick } from "../env.ts";
import { imageOf } from "../images.ts";
import { labels, selector } from "../labels.ts";
import type { Layout } from "../layout.ts";
import { type Container, emptyDir, podSpec } from "../pod.ts";
import { kafkaConnection } from "./connections.ts";
import { passed } from "./passed-settings.ts";
import { clientSecrets, podAnnotations } from "./pod-annotations.ts";
import { producerGraceS, producerVolumes } from "./producer-parts.ts";
import { SERVICE_USER, serviceContainer } from "./service-container.ts";

export const GPU_NODES = "gpu-nodes";
const STATE = "/var/lib/ca3";
const EXPORTER_PORT = 9400;

/** Read by the container runtime of GPU nodes: all cards, for looking only. */
const cardAccess: readonly EnvVar[] = [
  { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
  { name: "NVIDIA_DRIVER_CAPABILITIES", value: "utility" },
];

/** A producer on every GPU node that reads its cards, by nvidia-smi or by a DCGM exporter beside it. */
export function gpuNodes(layout: Layout, gpu: NonNullable<Layout["gpu"]>): KubeObject {
  const { namespaces, wish, deploy } = layout;
  const kafka = kafkaConnection(layout);
  const bySmi = gpu.source === "nvidia-smi";
  const env = [
    ...(bySmi ? cardAccess : []),
    ...envOf(localSettings, { data: STATE }),
    ...envOf(producerSettings, {
      ...pick(wish.given.producer, [...passed.topics, ...passed.kafka, ...passed.delivery, ...passed.gpus]),
      sources: [gpu.source],
      hostname: { fieldPath: "spec.nodeName" },
      ...(bySmi ? {} : { dcgmUrls: [`http://127.0.0.1:${EXPORTER_PORT}/metrics`] }),
      ...kafka.values,
      to: "kafka",
    }),
  ];
  const mounts = [...kafka.mounts, { name: "state", mountPath: STATE }];
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: GPU_NODES, namespace: namespaces.app, labels: labels(GPU_NODES) },
    spec: {
      selector: { matchLabels: selector(GPU_NODES) },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: {
          labels: labels(GPU_NODES),
          ...podAnnotations(layout, clientSecrets.producer),
        },
        spec: podSpec(layout, {
          user: SERVICE_USER,
          graceS: producerGraceS(layout),
          ...(bySmi ? {} : { initContainers: [exporter()] }),
          containers: [
            serviceContainer(layout, {
              ...{ name: "producer", args: ["producer"], env, resources: gpu.resources, mounts },
            }),
          ],
          volumes: producerVolumes(layout, [emptyDir("state", "256Mi")]),
          more: {
            runtimeClassName: deploy.gpuRuntimeClass,
            nodeSelector: Object.fromEntries(deploy.gpuNodes.map(({ key, value }) => [key, value])),
            tolerations: deploy.gpuTaints.map((key) => ({ key, operator: "Exists" })),
          },
        }),
      },
    },
  };
}

/**
 * A sidecar: it starts before the producer and stops after it. Without more rights than any pod it cannot profile, but
 * utilisation, memory, power and energy need none.
 */
const exporter = (): Container => ({
  name: "dcgm-exporter",
  image: imageOf("dcgmExporter"),
  restartPolicy: "Always",
  env: [
    { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
    { name: "DCGM_EXPORTER_LISTEN", value: `:${EXPORTER_PORT}` },
    { name: "DCGM_EXPORTER_KUBERNETES", value: "false" },
  ],
  ports: [{ name: "dcgm", containerPort: EXPORTER_PORT }],
  resources: { cpuRequest: 50, cpuLimit: 500, memoryRequest: 128 * MI, memoryLimit: 512 * MI },
  startupProbe: { httpGet: { path: "/health", port: "dcgm" }, periodSeconds: 5, failureThreshold: 24 },
  readinessProbe: { httpGet: { path: "/health", port: "dcgm" }, periodSeconds: 10 },
  livenessProbe: { httpGet: { path: "/health", port: "dcgm" }, periodSeconds: 20, failureThreshold: 6 },
});
