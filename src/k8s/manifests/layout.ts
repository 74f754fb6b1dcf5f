import type { GpuSource } from "../config/app-settings.ts";
import type { DeploySettings } from "../config.ts";
import { profiles } from "../profiles.ts";
import type { ClusterFacts, DeployWish } from "./wish.ts";

export type Resources = {
  readonly cpuRequest: number;
  readonly cpuLimit: number;
  readonly memoryRequest: number;
  readonly memoryLimit: number;
};
export type Members = {
  readonly members: number;
  readonly storage: number;
  readonly resources: Resources;
};
export type Scaled = { readonly min: number; readonly max: number; readonly resources: Resources };

/** A wish with its profile filled in and everything decided: what the manifests are made from. */
export type Layout = {
  readonly wish: DeployWish;
  readonly cluster: ClusterFacts;
  readonly deploy: DeploySettings;
  readonly namespaces: {
    readonly platform: string;
    readonly app: string;
    readonly monitoring: string;
    readonly logging: string;
    readonly helm: string;
  };
  /** Absent when it is elsewhere. */
  readonly kafka: Members | undefined;
  readonly mongo: Members | undefined;
  readonly processor: Scaled & { readonly scaling: "lag" | "cpu" | "off" };
  /** Producers of simulated load. */
  readonly producers: Scaled | undefined;
  /** A producer that reads servers and exporters over the network. */
  readonly scraper: { readonly resources: Resources } | undefined;
  readonly gpu: { readonly source: Exclude<GpuSource, "none">; readonly resources: Resources } | undefined;
  readonly monitoring: boolean;
  /** The kinds of the Prometheus operator are there, or will be. */
  readonly monitors: boolean;
  readonly logs: boolean;
  readonly keda: boolean;
};

/** Decides everything that a setting may leave open. */
export function layoutOf(wish: DeployWish, cluster: ClusterFacts): Layout {
  const { deploy, processor } = wish;
  const profile = profiles[deploy.profile];
  const monitoring = deploy.monitoring ?? profile.monitoring;
  const keda = deploy.keda ?? profile.keda;
  const producerResources = resourcesOf(deploy, "producers");
  const { vllmUrls, dcgmUrls } = wish.given.producer;
  const scrapes = [...(vllmUrls ?? []), ...(dcgmUrls ?? [])].length > 0;
  const readsGpus = deploy.gpuSource !== "none";
  const simulates = deploy.producers ?? !(scrapes || readsGpus);
  const max = deploy.processorMax ?? Math.min(profile.processor.max, processor.partitions);
  const hasKeda = keda || cluster.kinds.has("ScaledObject.keda.sh");
  const automatic = hasKeda ? "lag" : "cpu";
  const min = deploy.processorMin ?? Math.min(profile.processor.min, max);
  return {
    ...{ wish, cluster, deploy, monitoring, keda },
    namespaces: {
      platform: deploy.platformNamespace,
      app: deploy.appNamespace,
      monitoring: deploy.monitoringNamespace,
      logging: deploy.loggingNamespace,
      helm: deploy.helmNamespace,
    },
    kafka: deploy.kafka
      ? membersOf(profile.kafka, deploy.kafkaBrokers, deploy.kafkaStorage, deploy.kafkaMemory)
      : undefined,
    mongo: deploy.mongo
      ? membersOf(profile.mongo, deploy.mongoMembers, deploy.mongoStorage, deploy.mongoMemory)
      : undefined,
    processor: {
      ...{ min, max, resources: resourcesOf(deploy, "processor") },
      scaling: min === max ? "off" : deploy.processorScaling === "auto" ? automatic : deploy.processorScaling,
    },
    producers: simulates
      ? { ...producerCount(deploy, profile.producers), resources: producerResources }
      : undefined,
    scraper: scrapes ? { resources: producerResources } : undefined,
    gpu: deploy.gpuSource === "none" ? undefined : { source: deploy.gpuSource, resources: producerResources },
    monitors: monitoring || cluster.kinds.has("ServiceMonitor.monitoring.coreos.com"),
    logs: deploy.logs ?? profile.logs,
  };
}

type Size = {
  readonly members: number;
  readonly storage: number;
  readonly memory: number;
  readonly cpu: number;
};

/** Stateful services get all of their memory set aside; processor time may be borrowed up to four times over. */
function membersOf(size: Size, count?: number, storage?: number, memory = size.memory): Members {
  return {
    members: count ?? size.members,
    storage: storage ?? size.storage,
    resources: {
      ...{ cpuRequest: size.cpu, cpuLimit: 4 * size.cpu > 1000 ? 4 * size.cpu : 1000 },
      ...{ memoryRequest: memory, memoryLimit: memory },
    },
  };
}

function producerCount(deploy: DeploySettings, preset: { readonly min: number; readonly max: number }) {
  const min = deploy.producersMin ?? Math.min(preset.min, deploy.producersMax ?? preset.min);
  return { min, max: deploy.producersMax ?? Math.max(preset.max, min) };
}

const resourcesOf = (deploy: DeploySettings, of: "processor" | "producers"): Resources => ({
  cpuRequest: deploy[`${of}CpuRequest`],
  cpuLimit: deploy[`${of}CpuLimit`],
  memoryRequest: deploy[`${of}MemoryRequest`],
  memoryLimit: deploy[`${of}MemoryLimit`],
});
