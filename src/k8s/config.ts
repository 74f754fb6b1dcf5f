import { choice, flag } from "../support/setting-types.ts";
import type { Settings, SettingValues } from "../support/settings.ts";
import { version } from "../support/version.ts";
import { appSettings } from "./config/app-settings.ts";
import { dataSettings } from "./config/data-settings.ts";
import { monitoringSettings } from "./config/monitoring-settings.ts";
import { imageReference, label, objectName } from "./config/value-types.ts";
import { profileNames, profiles } from "./profiles.ts";

/** What is deployed, where and how large. What the pods then do stands in their own sections. */
export const deploySettings = {
  profile: {
    path: "deploy.profile",
    env: ["CA3_PROFILE"],
    flag: "profile",
    doc: `Defaults for sizes and parts: ${profileNames.map((name) => `${name} (${profiles[name].meaning})`).join(", ")}`,
    type: choice(...profileNames),
    default: "standard",
  },
  image: {
    path: "deploy.image",
    env: ["CA3_IMAGE"],
    flag: "image",
    doc: "Image of ca3, with its tag or digest",
    type: imageReference,
    default: `ca3:${version}`,
  },
  imagePullPolicy: {
    path: "deploy.imagePullPolicy",
    doc: "When nodes fetch images",
    type: choice("IfNotPresent", "Always", "Never"),
    default: "IfNotPresent",
  },
  imagePullSecret: {
    path: "deploy.imagePullSecret",
    doc: "Secret with the login of a private registry, in each namespace",
    type: objectName,
    optional: true,
  },
  storageClass: {
    path: "deploy.storageClass",
    env: ["CA3_STORAGE_CLASS"],
    doc: "StorageClass of all volumes; by default the cluster's default",
    type: objectName,
    optional: true,
  },
  platformNamespace: {
    path: "deploy.namespaces.platform",
    doc: "Namespace of Kafka and MongoDB",
    type: label,
    default: "platform",
  },
  appNamespace: {
    path: "deploy.namespaces.app",
    doc: "Namespace of processor and producers",
    type: label,
    default: "app",
  },
  monitoringNamespace: {
    path: "deploy.namespaces.monitoring",
    doc: "Namespace of Prometheus, Grafana and Loki",
    type: label,
    default: "monitoring",
  },
  loggingNamespace: {
    path: "deploy.namespaces.logging",
    doc: "Namespace of the log agent, the only one that allows privileged pods",
    type: label,
    default: "logging",
  },
  helmNamespace: {
    path: "deploy.namespaces.helm",
    doc: "Namespace of the jobs that install Helm releases",
    type: label,
    default: "ca3-system",
  },
  networkPolicies: {
    path: "deploy.networkPolicies",
    doc: "Deny every connection that is not needed",
    type: flag,
    default: true,
  },
  ...dataSettings,
  ...appSettings,
  ...monitoringSettings,
} as const satisfies Settings;

export type DeploySettings = SettingValues<typeof deploySettings>;
