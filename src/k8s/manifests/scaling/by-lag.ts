import type { KubeObject } from "../../object.ts";
import { bootstrapServers } from "../addresses.ts";
import { PROCESSOR } from "../app/processor.ts";
import { labels } from "../labels.ts";
import type { Layout } from "../layout.ts";
import { secretNames } from "../secret-names.ts";
import { processorBehavior } from "./behavior.ts";

/**
 * Scales the processors by what waits in the topics, with the same manners as by use. KEDA makes the autoscaler itself,
 * so there must be no other; it never asks for more processors than there are partitions.
 */
export function scaledByLag(layout: Layout): KubeObject[] {
  const { namespaces, deploy, wish } = layout;
  const { min, max } = layout.processor;
  const { topicGpu, topicToken, group } = wish.processor;
  const access = keyOfKafka(layout);
  const trigger = (topic: string) => ({
    type: "kafka",
    metadata: {
      bootstrapServers: bootstrapServers(layout).join(","),
      consumerGroup: group,
      topic,
      lagThreshold: String(deploy.processorLag),
      allowIdleConsumers: "false",
      offsetResetPolicy: "earliest",
      ...(access ? { sasl: "scram_sha512" } : {}),
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
      advanced: { horizontalPodAutoscalerConfig: { name: PROCESSOR, behavior: processorBehavior } },
      triggers: [trigger(topicGpu), trigger(topicToken)],
    },
  };
  return access ? [access, scaledObject] : [scaledObject];
}

/** How KEDA signs in to Kafka, as the processors do; not needed where nobody has to. */
function keyOfKafka({ namespaces, kafka, deploy }: Layout): KubeObject | undefined {
  const { name, keys } = secretNames.kafkaClient;
  const secret = kafka ? name : deploy.kafkaSecret;
  if (secret === undefined) return undefined;
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "TriggerAuthentication",
    metadata: { name: PROCESSOR, namespace: namespaces.app, labels: labels(PROCESSOR) },
    spec: {
      secretTargetRef: [
        { parameter: "username", name: secret, key: keys.user },
        { parameter: "password", name: secret, key: keys.password },
      ],
    },
  };
}
