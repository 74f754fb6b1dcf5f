import { serverSettings } from "../../../http/config.ts";
import { processorSettings } from "../../../processor/config.ts";
import type { KubeObject } from "../../object.ts";
import { envOf, pick } from "../env.ts";
import { labels, selector } from "../labels.ts";
import type { Layout } from "../layout.ts";
import { podSpec, spread } from "../pod.ts";
import { apiAccess, kafkaConnection, mongoConnection } from "./connections.ts";
import { passed } from "./passed-settings.ts";
import { clientSecrets, podAnnotations } from "./pod-annotations.ts";
import { graceSeconds, SERVICE_USER, serviceContainer } from "./service-container.ts";

export const PROCESSOR = "processor";

/** The processors. A new one is ready before an old one goes, and how many there are is the autoscaler's business. */
export function processor(layout: Layout): KubeObject {
  const { namespaces, wish } = layout;
  const { resources, scaling, min } = layout.processor;
  const [kafka, mongo] = [kafkaConnection(layout), mongoConnection(layout)];
  const env = [
    ...envOf(processorSettings, {
      ...pick(wish.given.processor, [...passed.topics, ...passed.kafka, ...passed.processor]),
      ...{ ...kafka.values, ...mongo.values },
    }),
    ...envOf(serverSettings, pick(wish.given.server, passed.server)),
  ];
  const shutdownMs = wish.given.server.shutdownGraceMs ?? serverSettings.shutdownGraceMs.default;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: PROCESSOR, namespace: namespaces.app, labels: labels(PROCESSOR) },
    spec: {
      ...(scaling === "off" ? { replicas: min } : {}),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: selector(PROCESSOR) },
      template: {
        metadata: {
          labels: labels(PROCESSOR),
          ...podAnnotations(layout, clientSecrets.processor),
        },
        spec: podSpec(layout, {
          user: SERVICE_USER,
          graceS: graceSeconds(wish.processor.stopGraceMs, shutdownMs),
          containers: [
            serviceContainer(layout, {
              ...{ name: PROCESSOR, args: ["processor"], env, resources },
              mounts: [...kafka.mounts, ...mongo.mounts],
            }),
          ],
          volumes: [...kafka.volumes, ...mongo.volumes, ...apiAccess().volumes],
          more: spread(selector(PROCESSOR)),
        }),
      },
    },
  };
}
