import type { KubeObject } from "../../object.ts";
import { KAFKA, MONGO, ports } from "../addresses.ts";
import { GPU_NODES } from "../app/gpu-nodes.ts";
import { PROCESSOR } from "../app/processor.ts";
import { PRODUCERS } from "../app/producers.ts";
import { SCRAPER } from "../app/scraper.ts";
import type { Layout } from "../layout.ts";
import { KEDA_NAMESPACE } from "../namespaces.ts";
import { KAFKA_SETUP, MONGO_SETUP } from "../setup/names.ts";
import { allow, podsIn, podsOf, tcp } from "./policy.ts";

/** Who may talk to Kafka and MongoDB, and to whom they talk: each other. */
export function platformPolicies(layout: Layout): KubeObject[] {
  const { kafka, mongo, namespaces } = layout;
  const { platform: namespace, app } = namespaces;
  const lagWatchers = layout.processor.scaling === "lag" ? [podsIn(KEDA_NAMESPACE)] : [];
  const clients = [PROCESSOR, PRODUCERS, SCRAPER, GPU_NODES].map((name) => podsOf(name, app));
  return [
    ...(kafka
      ? [
          allow({
            ...{ name: KAFKA, namespace, of: KAFKA },
            ingress: [
              { peers: [podsOf(KAFKA)], ports: tcp(ports.kafka, ports.controller) },
              { peers: [podsOf(KAFKA_SETUP), ...clients, ...lagWatchers], ports: tcp(ports.kafka) },
            ],
            egress: [{ peers: [podsOf(KAFKA)], ports: tcp(ports.kafka, ports.controller) }],
          }),
          allow({
            ...{ name: KAFKA_SETUP, namespace, of: KAFKA_SETUP },
            egress: [{ peers: [podsOf(KAFKA)], ports: tcp(ports.kafka) }],
          }),
        ]
      : []),
    ...(mongo
      ? [
          allow({
            ...{ name: MONGO, namespace, of: MONGO },
            ingress: [
              {
                peers: [podsOf(MONGO), podsOf(MONGO_SETUP), podsOf(PROCESSOR, app)],
                ports: tcp(ports.mongo),
              },
            ],
            egress: [{ peers: [podsOf(MONGO)], ports: tcp(ports.mongo) }],
          }),
          allow({
            ...{ name: MONGO_SETUP, namespace, of: MONGO_SETUP },
            egress: [{ peers: [podsOf(MONGO)], ports: tcp(ports.mongo) }],
          }),
        ]
      : []),
  ];
}
