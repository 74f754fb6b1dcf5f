import type { KubeObject } from "../../object.ts";
import { bootstrapServers } from "../addresses.ts";
import { PROCESSOR } from "../app/processor.ts";
import { labels } from "../labels.ts";
import type { Layout } from "../layout.ts";
import { CA_KEY, secretNames } from "../secret-names.ts";
import { processorBehavior } from "./behavior.ts";

/**
 * Scales the processors by what waits in the topics, with the same manners as by use. KEDA makes the autoscaler itself,
 * so there must be no other; it never asks for more processors than there are partitions.
 */
export function scaledByLag(layout: Layout): KubeObject[] {
  const { namespaces, deploy, wish } = layout;
  const { min, max } = layout.processor;
  const { topicGpu, topicToken, group } = wish.processor;
  const { access, secured } = kafkaOf(layout);
  const trigger = (topic: string) => ({
    type: "kafka",
    metadata: {
      bootstrapServers: bootstrapServers(layout).join(","),
      consumerGroup: group,
      topic,
      lagThreshold: String(deploy.processorLag),
      allowIdleConsumers: "false",
      offsetResetPolicy: "earliest",
      ...secured,
    },
    ...(access ? { authenticationRef: { name: PROCESSOR } } : {}),
  });
  const scaledObject: KubeObject = {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: {
      ...{ name: PROCESSOR, namespace: namespaces.app, labels: labels(PROCESSOR) },
      // Where processors were scaled by use until now, KEDA takes that autoscaler over: two would pull at each other.
      annotations: { "scaledobject.keda.sh/transfer-hpa-ownership": "true" },
    },
    spec: {
      scaleTargetRef: { name: PROCESSOR },
      minReplicaCount: min,
      maxReplicaCount: max,
      pollingInterval: 15,
      advanced: {
        horizontalPodAutoscalerConfig: { name: PROCESSOR, behavior: processorBehavior("lag", deploy) },
      },
      triggers: [trigger(topicGpu), trigger(topicToken)],
    },
  };
  return access ? [access, scaledObject] : [scaledObject];
}

/** The same ways to sign in, in KEDA's words. */
const SASL = {
  "scram-sha-512": "scram_sha512",
  "scram-sha-256": "scram_sha256",
  plain: "plaintext",
} as const;

/** How KEDA reaches Kafka: as the processors do, with what the same Secret holds. */
function kafkaOf({ namespaces, kafka, deploy, wish }: Layout) {
  const { name, keys } = secretNames.kafkaClient;
  const { kafkaSasl, kafkaUsername, kafkaTls = false, kafkaCaFile } = wish.given.processor;
  const secret = kafka ? name : deploy.kafkaSecret;
  const signsIn = kafka !== undefined || (secret !== undefined && kafkaUsername !== undefined);
  const ca = kafka === undefined && secret !== undefined && kafkaCaFile !== undefined;
  const encrypted = kafka === undefined && (kafkaTls || ca);
  const held = [
    ...(signsIn ? (["username", "password"] as const) : []).map((parameter) => ({
      ...{ parameter, name: secret, key: parameter === "username" ? keys.user : keys.password },
    })),
    ...(ca ? [{ parameter: "ca", name: secret, key: CA_KEY }] : []),
  ];
  const access: KubeObject = {
    apiVersion: "keda.sh/v1alpha1",
    kind: "TriggerAuthentication",
    metadata: { name: PROCESSOR, namespace: namespaces.app, labels: labels(PROCESSOR) },
    spec: { secretTargetRef: held },
  };
  return {
    access: held.length > 0 ? access : undefined,
    secured: {
      ...(signsIn ? { sasl: SASL[(kafka === undefined && kafkaSasl) || "scram-sha-512"] } : {}),
      ...(encrypted ? { tls: "enable" } : {}),
    },
  };
}
