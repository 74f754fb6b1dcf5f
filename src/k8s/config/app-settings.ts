import { choice, flag, list, whole } from "../../support/setting-types.ts";
import type { Settings } from "../../support/settings.ts";
import { byProfile } from "../profiles.ts";
import { cpu, MI, size } from "../quantities.ts";
import { labelPairs, lookBack, objectName } from "./value-types.ts";

/** How the number of processors follows the work. */
export const scalings = ["auto", "lag", "cpu", "off"] as const;
export type Scaling = (typeof scalings)[number];

export const gpuSources = ["none", "nvidia-smi", "dcgm"] as const;
export type GpuSource = (typeof gpuSources)[number];

/** Requests and limits of a container of ours; the defaults are those of the reference system where nothing else is said. */
const resources = <const N extends string>(name: N, times = 1) =>
  ({
    cpuRequest: {
      path: `deploy.${name}.cpuRequest`,
      doc: "CPU request of each pod; autoscaling by CPU refers to it",
      type: cpu,
      default: times * 100,
    },
    cpuLimit: {
      path: `deploy.${name}.cpuLimit`,
      doc: "CPU limit of each pod",
      type: cpu,
      default: 500,
    },
    memoryRequest: {
      path: `deploy.${name}.memoryRequest`,
      doc: "Memory request of each pod",
      type: size,
      default: times * 128 * MI,
    },
    memoryLimit: {
      path: `deploy.${name}.memoryLimit`,
      doc: "Memory limit of each pod; a pod that exceeds it is killed",
      type: size,
      default: 512 * MI,
    },
  }) as const;

/** How long the autoscaler takes its time, either way; Kubernetes calls these its stabilisation windows. */
const windows = <const N extends string>(name: N, up: string) =>
  ({
    scaleUpWindow: {
      path: `deploy.${name}.scaleUpWindow`,
      doc: `How long more pods must be called for before there are more. By default ${up}`,
      type: lookBack,
      optional: true,
    },
    scaleDownWindow: {
      path: `deploy.${name}.scaleDownWindow`,
      doc: "How long fewer pods must have sufficed before one goes; then one at a time",
      type: lookBack,
      default: name === "processor" ? 180_000 : 120_000,
    },
  }) as const;
const processorWindows = windows("processor", "1m, and 15s when the number follows the lag");
const producerWindows = windows("producers", "30s");

/**
 * Twice as much as there. The autoscaler goes by the share of it that is used, and what a processor takes hardly falls when
 * others share its work: with few events a second 50 to 60 thousandths and 60 to 90 MiB, whether there are one or two. Of the
 * half of it the second would never go away again.
 */
const processorResources = resources("processor", 2);
const producerResources = resources("producers");

/** Processor and producers. What they do is set in the sections `processor`, `producer` and `topics`. */
export const appSettings = {
  processorMin: {
    path: "deploy.processor.min",
    doc: `Fewest processors. By default ${byProfile((one) => one.processor.min)}`,
    type: whole(1, 1000),
    optional: true,
  },
  processorMax: {
    path: "deploy.processor.max",
    doc: `Most processors, never more than topics.partitions. By default ${byProfile((one) => one.processor.max)}`,
    type: whole(1, 1000),
    optional: true,
  },
  processorScaling: {
    path: "deploy.processor.scaling",
    doc: "What the number of processors follows: lag (needs KEDA), cpu (and memory), off; auto means lag if KEDA is there, else cpu",
    type: choice(...scalings),
    default: "auto",
  },
  processorLag: {
    path: "deploy.processor.lag",
    doc: "With scaling by lag: waiting records of a topic per processor",
    type: whole(1, 1e9),
    default: 10_000,
  },
  processorScaleUpWindow: processorWindows.scaleUpWindow,
  processorScaleDownWindow: processorWindows.scaleDownWindow,
  apiClients: {
    path: "deploy.processor.openTo",
    doc: "Namespaces whose pods may reach the API, such as that of an ingress controller",
    type: list,
    optional: true,
  },
  processorCpuRequest: processorResources.cpuRequest,
  processorCpuLimit: processorResources.cpuLimit,
  processorMemoryRequest: processorResources.memoryRequest,
  processorMemoryLimit: processorResources.memoryLimit,
  producers: {
    path: "deploy.producers.enabled",
    doc: "Run producers of simulated load. By default only if neither GPU nodes nor servers are read",
    type: flag,
    optional: true,
  },
  producersMin: {
    path: "deploy.producers.min",
    doc: `Fewest producers of simulated load. By default ${byProfile((one) => one.producers.min)}`,
    type: whole(1, 1000),
    optional: true,
  },
  producersMax: {
    path: "deploy.producers.max",
    doc: `Most producers of simulated load; equal to min turns autoscaling off. By default ${byProfile((one) => one.producers.max)}`,
    type: whole(1, 1000),
    optional: true,
  },
  producersScaleUpWindow: producerWindows.scaleUpWindow,
  producersScaleDownWindow: producerWindows.scaleDownWindow,
  producersCpuRequest: producerResources.cpuRequest,
  producersCpuLimit: producerResources.cpuLimit,
  producersMemoryRequest: producerResources.memoryRequest,
  producersMemoryLimit: producerResources.memoryLimit,
  scrapeSecret: {
    path: "deploy.producers.tokensSecret",
    doc: "Secret in the app's namespace whose key tokens holds the bearer tokens of scraped endpoints",
    type: objectName,
    optional: true,
  },
  gpuSource: {
    path: "deploy.gpu.source",
    doc: "How a producer on each GPU node reads its cards: nvidia-smi, dcgm (with an exporter beside it), none",
    type: choice(...gpuSources),
    default: "none",
  },
  gpuNodes: {
    path: "deploy.gpu.nodes",
    doc: "Labels of GPU nodes",
    type: labelPairs,
    default: [{ key: "nvidia.com/gpu.present", value: "true" }],
  },
  gpuTaints: {
    path: "deploy.gpu.taints",
    doc: "Taints of GPU nodes that their producers tolerate",
    type: list,
    default: ["nvidia.com/gpu"],
  },
  gpuRuntimeClass: {
    path: "deploy.gpu.runtimeClass",
    doc: "RuntimeClass that brings nvidia-smi and the devices into a container",
    type: objectName,
    default: "nvidia",
  },
} as const satisfies Settings;
