import { choice, duration, flag, text } from "../../support/setting-types.ts";
import type { Settings } from "../../support/settings.ts";
import { byProfile } from "../profiles.ts";
import { GI, size } from "../quantities.ts";
import { chartRepository, label, labelPairs, objectName } from "./value-types.ts";

const DAY_MS = 86_400_000;

/** Metrics, alerts and logs, installed as Helm releases. */
export const monitoringSettings = {
  monitoring: {
    path: "deploy.monitoring.enabled",
    doc: `Install Prometheus, Alertmanager and Grafana. By default ${byProfile((one) => one.monitoring)}`,
    type: flag,
    optional: true,
  },
  monitoringRelease: {
    path: "deploy.monitoring.release",
    doc: "Name of the release, and the label by which an existing Prometheus finds what to scrape",
    type: label,
    default: "monitoring",
  },
  monitoringRetentionMs: {
    path: "deploy.monitoring.retention",
    doc: "How long metrics are kept; the error budgets of the objectives need at least 3d",
    type: duration,
    default: 7 * DAY_MS,
  },
  monitoringStorage: {
    path: "deploy.monitoring.storage",
    doc: "Disk for metrics",
    type: size,
    default: 10 * GI,
  },
  alertmanagerSecret: {
    path: "deploy.monitoring.alertmanagerSecret",
    doc: "Secret in the monitoring namespace whose key alertmanager.yaml says who receives alerts",
    type: objectName,
    optional: true,
  },
  logs: {
    path: "deploy.logs.enabled",
    doc: `Install Loki and Alloy, which keep the logs of all pods. By default ${byProfile((one) => one.logs)}`,
    type: flag,
    optional: true,
  },
  logsRetentionMs: {
    path: "deploy.logs.retention",
    doc: "How long logs are kept",
    type: duration,
    default: 7 * DAY_MS,
  },
  logsStorage: {
    path: "deploy.logs.storage",
    doc: "Disk for logs; with a bucket, for logs not uploaded yet",
    type: size,
    default: 10 * GI,
  },
  logsAgent: {
    path: "deploy.logs.agent",
    doc: "How logs are read: file (from each node's disk), or api (through the API server, if node files are off limits)",
    type: choice("file", "api"),
    default: "file",
  },
  logsBucket: {
    path: "deploy.logs.bucket",
    doc: "S3 bucket to store logs in, instead of a disk",
    type: text,
    optional: true,
  },
  logsRegion: {
    path: "deploy.logs.region",
    doc: "Region of that bucket",
    type: text,
    optional: true,
  },
  logsEndpoint: {
    path: "deploy.logs.endpoint",
    doc: "Address of an object store other than Amazon's, such as https://minio.example.com",
    type: text,
    optional: true,
  },
  logsSecret: {
    path: "deploy.logs.secret",
    doc: "Secret in the monitoring namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, if nodes have no role",
    type: objectName,
    optional: true,
  },
  releaseSecrets: {
    path: "deploy.releases.secrets",
    doc: "Secrets in the Helm namespace whose key values.yaml adds values to a release, such as monitoring=smtp-login",
    type: labelPairs,
    optional: true,
  },
  releaseMirror: {
    path: "deploy.releases.mirror",
    doc: "One chart repository with all charts, for clusters that can reach no other; by default each chart's own",
    type: chartRepository,
    optional: true,
  },
  keda: {
    path: "deploy.keda.enabled",
    doc: `Install KEDA, which scales processors by lag. By default ${byProfile((one) => one.keda)}`,
    type: flag,
    optional: true,
  },
  externalSecrets: {
    path: "deploy.secrets.operator",
    doc: "Install the External Secrets operator",
    type: flag,
    default: false,
  },
  secretStore: {
    path: "deploy.secrets.store",
    doc: "ClusterSecretStore of the External Secrets operator to read passwords from, instead of generating them",
    type: objectName,
    optional: true,
  },
} as const satisfies Settings;
