import startScript from "../../../../assets/scripts/kafka-start.sh" with { type: "text" };
import type { KubeObject } from "../../object.ts";
import { KAFKA, KAFKA_PEERS, ports } from "../addresses.ts";
import { dataClaim, keepClaims } from "../claim.ts";
import { readAtStart } from "../digest.ts";
import { imageOf } from "../images.ts";
import { labels, selector } from "../labels.ts";
import type { Layout, Members } from "../layout.ts";
import { configVolume, emptyDir, podSpec, secretVolume, spread } from "../pod.ts";
import { secretNames } from "../secret-names.ts";
import { brokerProperties, DATA, LOGGING } from "./properties.ts";

const CONFIG = "kafka-config";
/** The user that the image brings. */
const USER = 1000;
const { name: SECRET, keys } = secretNames.kafkaCluster;

/** Settings of all brokers and the script that starts one. */
export const brokerConfig = (layout: Layout, kafka: Members): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: CONFIG, namespace: layout.namespaces.platform, labels: labels(KAFKA) },
  data: {
    "server.properties": brokerProperties(layout, kafka),
    "log4j2.properties": LOGGING,
    "start.sh": startScript,
  },
});

/**
 * The brokers, each of them a controller too. They find each other before they are ready, keep their number and disk
 * for good, and are replaced one after the other.
 */
export function brokers(layout: Layout, kafka: Members): KubeObject {
  const { namespaces, cluster } = layout;
  const secret = `${namespaces.platform}/${SECRET}`;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: KAFKA, namespace: namespaces.platform, labels: labels(KAFKA) },
    spec: {
      serviceName: KAFKA_PEERS,
      replicas: kafka.members,
      podManagementPolicy: "Parallel",
      persistentVolumeClaimRetentionPolicy: keepClaims,
      selector: { matchLabels: selector(KAFKA) },
      template: {
        metadata: {
          labels: labels(KAFKA),
          ...readAtStart(brokerConfig(layout, kafka)["data"], [secret], cluster.secretGenerations),
        },
        spec: podSpec(layout, {
          user: USER,
          graceS: 90,
          containers: [container(layout, kafka)],
          volumes: [
            configVolume("config", CONFIG),
            secretVolume("secrets", SECRET, [keys.id, keys.password]),
            emptyDir("run", "1Mi", true),
            emptyDir("tmp", "64Mi"),
          ],
          more: kafka.members > 1 ? spread(selector(KAFKA)) : {},
        }),
      },
      volumeClaimTemplates: [dataClaim(KAFKA, layout, kafka.storage)],
    },
  };
}

function container({ deploy, namespaces }: Layout, { resources }: Members) {
  const listens = { tcpSocket: { port: "kafka" } };
  return {
    name: KAFKA,
    image: deploy.kafkaImage ?? imageOf("kafka"),
    command: ["/bin/sh", "/etc/ca3/kafka/start.sh"],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "PEERS", value: `${KAFKA_PEERS}.${namespaces.platform}.svc.cluster.local` },
      { name: "PORT", value: String(ports.kafka) },
      { name: "HEAP", value: String(Math.floor(resources.memoryLimit / 2 ** 21)) },
    ],
    ports: [
      { name: "kafka", containerPort: ports.kafka },
      { name: "controller", containerPort: ports.controller },
    ],
    resources,
    // A broker listens once it has joined the quorum and caught up, which takes minutes after a crash.
    startupProbe: { ...listens, periodSeconds: 5, failureThreshold: 120 },
    readinessProbe: { ...listens, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...listens, periodSeconds: 20, failureThreshold: 6 },
    volumeMounts: [
      { name: "config", mountPath: "/etc/ca3/kafka", readOnly: true },
      { name: "secrets", mountPath: "/etc/ca3/secrets", readOnly: true },
      { name: "run", mountPath: "/run/ca3" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "data", mountPath: DATA.replace(/\/data$/, "") },
    ],
  };
}
