import { stringify } from "yaml";
import charts from "../../../../assets/charts.lock.yaml";
import type { KubeObject } from "../../object.ts";
import { digestOf } from "../digest.ts";
import { labels } from "../labels.ts";
import type { Layout } from "../layout.ts";

const releaseNames = [
  ...(["monitoring-crds", "monitoring", "loki", "alloy", "keda", "external-secrets"] as const),
] as const;
export type ReleaseName = (typeof releaseNames)[number];
type LockedChart = { readonly repo: string; readonly chart: string; readonly version: string };
export type Values = Readonly<Record<string, unknown>>;
export type Release = {
  readonly name: ReleaseName;
  readonly namespace: string;
  readonly values: Values;
};

/** Every chart by the release it makes, with its exact version. */
export const lockedCharts = charts as unknown as Readonly<Record<ReleaseName, LockedChart>>;

/**
 * A Helm release as an object that the cluster's own Helm controller installs. A failed upgrade stays as it is, to be
 * looked at: the controller's own way, to uninstall and install anew, would take data along.
 */
export function helmChart({ namespaces, deploy }: Layout, { name, namespace, values }: Release): KubeObject {
  const { chart, version, ...locked } = lockedCharts[name];
  const repo = deploy.releaseMirror ?? locked.repo;
  const secrets = (deploy.releaseSecrets ?? []).filter(({ key }) => key === name);
  return {
    apiVersion: "helm.cattle.io/v1",
    kind: "HelmChart",
    metadata: {
      ...{ name, namespace: namespaces.helm, labels: labels(name) },
      annotations: { "ca3.dev/values": digestOf(values) },
    },
    spec: {
      ...{ repo, chart, version, targetNamespace: namespace, createNamespace: false },
      failurePolicy: "abort",
      backOffLimit: 3,
      timeout: "10m0s",
      valuesContent: stringify(values, { aliasDuplicateObjects: false, lineWidth: 0 }),
      ...(secrets.length === 0
        ? {}
        : { valuesSecrets: secrets.map(({ value }) => ({ name: value, keys: ["values.yaml"] })) }),
    },
  };
}

/** Two sets of values as one; of what both say, the second one counts. Lists are taken whole. */
export function merge(base: Values, over: Values): Values {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const before = merged[key];
    merged[key] = isValues(before) && isValues(value) ? merge(before, value) : value;
  }
  return merged;
}

const isValues = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);
