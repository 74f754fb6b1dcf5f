import alloyValues from "../../../../assets/helm-values/alloy.yaml";
import lokiValues from "../../../../assets/helm-values/loki.yaml";
import { quantity } from "../../quantities.ts";
import type { Layout } from "../layout.ts";
import { observerPorts } from "../network/observers.ts";
import { alloyConfig } from "./alloy-config.ts";
import { hours } from "./monitoring.ts";
import { merge, type Release } from "./release.ts";

/** Loki, which keeps logs on a disk of its own or in a bucket. */
export function loki({ deploy, namespaces, monitoring }: Layout): Release {
  const bucket = deploy.logsBucket;
  const storage =
    bucket === undefined
      ? { type: "filesystem" }
      : {
          type: "s3",
          bucketNames: { chunks: bucket, ruler: bucket, admin: bucket },
          s3: {
            region: deploy.logsRegion,
            ...(deploy.logsEndpoint === undefined
              ? {}
              : { endpoint: deploy.logsEndpoint, s3ForcePathStyle: true }),
          },
        };
  const type = storage.type;
  return {
    name: "loki",
    namespace: namespaces.monitoring,
    values: merge(lokiValues, {
      singleBinary: {
        persistence: { size: quantity(deploy.logsStorage), storageClass: deploy.storageClass },
        ...(deploy.logsSecret === undefined
          ? {}
          : { extraEnvFrom: [{ secretRef: { name: deploy.logsSecret } }] }),
      },
      loki: {
        storage,
        schemaConfig: { configs: [{ ...schemaOf(), object_store: type }] },
        compactor: { delete_request_store: type },
        limits_config: { retention_period: hours(deploy.logsRetentionMs) },
      },
      monitoring: { serviceMonitor: { enabled: monitoring } },
    }),
  };
}

const schemaOf = () => {
  const { loki } = lokiValues as unknown as { loki: { schemaConfig: { configs: readonly [object] } } };
  return loki.schemaConfig.configs[0];
};

/** Alloy: on every node reading its files, or, where that is forbidden, once and through the API server. */
export function alloy({ deploy, namespaces, monitoring }: Layout): Release {
  const byFile = deploy.logsAgent === "file";
  const url = `http://loki.${namespaces.monitoring}.svc.cluster.local:${observerPorts.loki}/loki/api/v1/push`;
  return {
    name: "alloy",
    namespace: namespaces.logging,
    values: merge(alloyValues, {
      alloy: {
        configMap: { content: alloyConfig(byFile, url) },
        ...(byFile
          ? {
              storagePath: "/var/lib/alloy",
              mounts: { varlog: true, extra: [{ name: "state", mountPath: "/var/lib/alloy" }] },
              securityContext: { runAsUser: 0, runAsGroup: 0 },
            }
          : {}),
      },
      controller: byFile
        ? {
            type: "daemonset",
            // Where it stopped reading outlives the pod.
            volumes: {
              extra: [{ name: "state", hostPath: { path: "/var/lib/ca3-alloy", type: "DirectoryOrCreate" } }],
            },
          }
        : { type: "deployment", replicas: 1 },
      serviceMonitor: { enabled: monitoring },
    }),
  };
}
