import type { KubeObject } from "../../object.ts";
import { labels } from "../labels.ts";

type ByUse = {
  readonly name: string;
  readonly namespace: string;
  readonly min: number;
  readonly max: number;
  /** Average use of what is requested, in percent, above which there are more pods. */
  readonly cpuPercent: number;
  readonly memoryPercent?: number;
  readonly behavior: unknown;
};

/** Scales a Deployment by the processor time and memory that its pods use. */
export const scaledByUse = ({ name, namespace, min, max, behavior, ...use }: ByUse): KubeObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name, namespace, labels: labels(name) },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: min,
    maxReplicas: max,
    metrics: [
      utilisation("cpu", use.cpuPercent),
      ...(use.memoryPercent === undefined ? [] : [utilisation("memory", use.memoryPercent)]),
    ],
    behavior,
  },
});

const utilisation = (name: string, averageUtilization: number) => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization } },
});
