import { localSettings } from "../../../local/config.ts";
import { producerSettings } from "../../../producer/config.ts";
import type { KubeObject } from "../../object.ts";
import { envOf, pick } from "../env.ts";
import { labels, selector } from "../labels.ts";
import type { Layout, Resources } from "../layout.ts";
import { emptyDir, podSpec, secretVolume } from "../pod.ts";
import { kafkaConnection } from "./connections.ts";
import { passed } from "./passed-settings.ts";
import { clientSecrets, podAnnotations } from "./pod-annotations.ts";
import { producerGraceS, producerVolumes } from "./producer-parts.ts";
import { SERVICE_USER, serviceContainer } from "./service-container.ts";

export const SCRAPER = "scraper";
const STATE = "/var/lib/ca3";

/**
 * The one producer that reads servers and exporters over the network. Two would count everything twice, so the old one
 * is gone before a new one starts. Where it stopped is kept beside it as long as it stays on its node.
 */
export function scraper(layout: Layout, resources: Resources): KubeObject {
  const { namespaces, wish, deploy } = layout;
  const { vllmUrls, dcgmUrls } = wish.given.producer;
  const kafka = kafkaConnection(layout);
  const tokens = deploy.scrapeSecret;
  const env = [
    ...envOf(localSettings, { data: STATE }),
    ...envOf(producerSettings, {
      sources: [...(vllmUrls ? (["vllm"] as const) : []), ...(dcgmUrls ? (["dcgm"] as const) : [])],
      ...pick(wish.given.producer, [
        ...passed.topics,
        ...passed.kafka,
        ...passed.delivery,
        ...passed.scraping,
      ]),
      ...(tokens === undefined ? {} : { scrapeTokens: { file: "/etc/ca3/tokens/tokens" } }),
      ...kafka.values,
      to: "kafka",
    }),
  ];
  const mounts = [
    ...kafka.mounts,
    { name: "state", mountPath: STATE },
    ...(tokens === undefined ? [] : [{ name: "tokens", mountPath: "/etc/ca3/tokens", readOnly: true }]),
  ];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: SCRAPER, namespace: namespaces.app, labels: labels(SCRAPER) },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: selector(SCRAPER) },
      template: {
        metadata: {
          labels: labels(SCRAPER),
          ...podAnnotations(layout, clientSecrets.producer),
        },
        spec: podSpec(layout, {
          user: SERVICE_USER,
          graceS: producerGraceS(layout),
          containers: [
            serviceContainer(layout, { name: "producer", args: ["producer"], env, resources, mounts }),
          ],
          volumes: producerVolumes(layout, [
            emptyDir("state", "256Mi"),
            ...(tokens === undefined ? [] : [secretVolume("tokens", tokens, ["tokens"])]),
          ]),
        }),
      },
    },
  };
}
