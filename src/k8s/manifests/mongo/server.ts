import startScript from "../../../../assets/scripts/mongo-start.sh" with { type: "text" };
import type { KubeObject } from "../../object.ts";
import { GI } from "../../quantities.ts";
import { MONGO, ports, REPLICA_SET } from "../addresses.ts";
import { dataClaim, keepClaims } from "../claim.ts";
import { readAtStart } from "../digest.ts";
import { imageOf } from "../images.ts";
import { labels, selector } from "../labels.ts";
import type { Layout, Members } from "../layout.ts";
import { configVolume, emptyDir, podSpec, secretVolume, spread } from "../pod.ts";
import { secretNames } from "../secret-names.ts";

const CONFIG = "mongo-config";
/** The user that the image brings. */
const USER = 999;
const { name: SECRET, keys } = secretNames.mongoCluster;

/** The script that starts a member. */
export const mongoConfig = ({ namespaces }: Layout): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: CONFIG, namespace: namespaces.platform, labels: labels(MONGO) },
  data: { "start.sh": startScript },
});

/** The members of a replica set, which one member is as well: only there a write can wait for a majority. */
export function mongoServers(layout: Layout, mongo: Members): KubeObject {
  const { namespaces, cluster } = layout;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: MONGO, namespace: namespaces.platform, labels: labels(MONGO) },
    spec: {
      serviceName: MONGO,
      replicas: mongo.members,
      podManagementPolicy: "Parallel",
      persistentVolumeClaimRetentionPolicy: keepClaims,
      selector: { matchLabels: selector(MONGO) },
      template: {
        metadata: {
          labels: labels(MONGO),
          ...readAtStart(startScript, [`${namespaces.platform}/${SECRET}`], cluster.secretGenerations),
        },
        spec: podSpec(layout, {
          user: USER,
          graceS: 60,
          containers: [container(layout, mongo)],
          volumes: [
            configVolume("config", CONFIG),
            secretVolume("secrets", SECRET, [keys.keyFile, keys.password]),
            emptyDir("run", "1Mi", true),
            emptyDir("tmp", "64Mi"),
          ],
          more: mongo.members > 1 ? spread(selector(MONGO)) : {},
        }),
      },
      volumeClaimTemplates: [dataClaim(MONGO, layout, mongo.storage)],
    },
  };
}

function container({ deploy }: Layout, { resources }: Members) {
  const listens = { tcpSocket: { port: "mongo" } };
  return {
    name: MONGO,
    image: deploy.mongoImage ?? imageOf("mongo"),
    command: ["/bin/sh", "/etc/ca3/mongo/start.sh"],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "REPLICA_SET", value: REPLICA_SET },
      // By itself it would take half of the memory of the node; a quarter of a gibibyte is the least it accepts.
      {
        name: "CACHE_GB",
        value: String(Math.max(0.25, Math.floor((resources.memoryLimit / 2 / GI) * 100) / 100)),
      },
      // The image's own tools keep their history at home.
      { name: "HOME", value: "/tmp" },
    ],
    ports: [{ name: "mongo", containerPort: ports.mongo }],
    resources,
    startupProbe: { ...listens, periodSeconds: 5, failureThreshold: 120 },
    readinessProbe: { ...listens, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...listens, periodSeconds: 20, failureThreshold: 6 },
    volumeMounts: [
      { name: "config", mountPath: "/etc/ca3/mongo", readOnly: true },
      { name: "secrets", mountPath: "/etc/ca3/secrets", readOnly: true },
      { name: "run", mountPath: "/run/ca3" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "data", mountPath: "/data/db" },
    ],
  };
}
