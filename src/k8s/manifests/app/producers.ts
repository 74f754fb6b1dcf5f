import { producerSettings } from "../../../producer/config.ts";
import type { KubeObject } from "../../object.ts";
import { envOf, pick } from "../env.ts";
import { labels, selector } from "../labels.ts";
import type { Layout, Scaled } from "../layout.ts";
import { podSpec } from "../pod.ts";
import { kafkaConnection } from "./connections.ts";
import { passed } from "./passed-settings.ts";
import { clientSecrets, podAnnotations } from "./pod-annotations.ts";
import { producerGraceS, producerVolumes } from "./producer-parts.ts";
import { SERVICE_USER, serviceContainer } from "./service-container.ts";

export const PRODUCERS = "producers";

/** Producers of simulated load; each one is a machine of its own with cards of its own. */
export function producers(layout: Layout, { min, max, resources }: Scaled): KubeObject {
  const { namespaces, wish } = layout;
  const kafka = kafkaConnection(layout);
  const env = envOf(producerSettings, {
    sources: ["synthetic"],
    ...pick(wish.given.producer, [
      ...passed.topics,
      ...passed.kafka,
      ...passed.delivery,
      ...passed.simulation,
    ]),
    ...kafka.values,
    to: "kafka",
  });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: PRODUCERS, namespace: namespaces.app, labels: labels(PRODUCERS) },
    spec: {
      ...(min === max ? { replicas: min } : {}),
      selector: { matchLabels: selector(PRODUCERS) },
      template: {
        metadata: {
          labels: labels(PRODUCERS),
          ...podAnnotations(layout, clientSecrets.producer),
        },
        spec: podSpec(layout, {
          user: SERVICE_USER,
          graceS: producerGraceS(layout),
          containers: [
            serviceContainer(layout, {
              ...{ name: "producer", args: ["producer"], env, resources, mounts: kafka.mounts },
            }),
          ],
          volumes: producerVolumes(layout),
        }),
      },
    },
  };
}
