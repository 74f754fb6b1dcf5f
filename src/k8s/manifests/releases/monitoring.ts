import monitoringValues from "../../../../assets/helm-values/monitoring.yaml";
import { quantity } from "../../quantities.ts";
import { readAtStart } from "../digest.ts";
import type { Layout } from "../layout.ts";
import { observerPorts } from "../network/observers.ts";
import { secretNames } from "../secret-names.ts";
import { merge, type Release } from "./release.ts";

const HOUR_MS = 3_600_000;

/** kube-prometheus-stack: Prometheus with its operator, Alertmanager, Grafana and the exporters of the cluster. */
export function monitoring(layout: Layout): Release {
  const { deploy, namespaces, logs } = layout;
  const { grafana } = secretNames;
  return {
    name: "monitoring",
    namespace: namespaces.monitoring,
    values: merge(monitoringValues, {
      fullnameOverride: deploy.monitoringRelease,
      prometheus: {
        prometheusSpec: {
          retention: hours(deploy.monitoringRetentionMs),
          // What is kept by time is cut off before the disk is full.
          retentionSize: `${Math.floor((deploy.monitoringStorage * 0.75) / 1024 ** 2)}MiB`,
          storageSpec: claim(layout, deploy.monitoringStorage),
        },
      },
      alertmanager: {
        alertmanagerSpec: {
          storage: claim(layout, 1024 ** 3),
          ...(deploy.alertmanagerSecret === undefined
            ? {}
            : { configSecret: deploy.alertmanagerSecret, useExistingSecret: true }),
        },
      },
      grafana: {
        admin: {
          existingSecret: grafana.name,
          userKey: grafana.keys.user,
          passwordKey: grafana.keys.password,
        },
        ...startsAnew(layout),
        ...(logs ? { additionalDataSources: [lokiSource(namespaces.monitoring)] } : {}),
      },
      "prometheus-node-exporter": { namespaceOverride: namespaces.logging },
    }),
  };
}

/** Grafana reads its password when it starts, and keeps nothing from before. */
function startsAnew({ namespaces, cluster }: Layout) {
  const read = [`${namespaces.monitoring}/${secretNames.grafana.name}`];
  const { annotations } = readAtStart(undefined, read, cluster.secretGenerations);
  return annotations === undefined ? {} : { podAnnotations: annotations };
}

/** Prometheus understands hours; a day less than one would be none. */
export const hours = (ms: number): string => `${Math.max(1, Math.round(ms / HOUR_MS))}h`;

const claim = ({ deploy }: Layout, storage: number) => ({
  volumeClaimTemplate: {
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(deploy.storageClass === undefined ? {} : { storageClassName: deploy.storageClass }),
      resources: { requests: { storage: quantity(storage) } },
    },
  },
});

const lokiSource = (namespace: string) => ({
  ...{ name: "Loki", uid: "loki", type: "loki", access: "proxy", isDefault: false },
  url: `http://loki.${namespace}.svc.cluster.local:${observerPorts.loki}`,
});
