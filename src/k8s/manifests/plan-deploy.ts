import { Ca3Error } from "../../support/errors.ts";
import type { KubeObject } from "../object.ts";
import { type Part, type Phase, phaseOrder, type Stage } from "../phases.ts";
import { KAFKA, KAFKA_PEERS, MONGO, ports } from "./addresses.ts";
import { GPU_NODES, gpuNodes } from "./app/gpu-nodes.ts";
import { PROCESSOR, processor } from "./app/processor.ts";
import { PRODUCERS, producers } from "./app/producers.ts";
import { SCRAPER, scraper } from "./app/scraper.ts";
import { disruptionBudget } from "./disruption.ts";
import { brokerConfig, brokers } from "./kafka/broker.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { mongoConfig, mongoServers } from "./mongo/server.ts";
import { monitors } from "./monitors.ts";
import { namespaces } from "./namespaces.ts";
import { policiesOf } from "./network/policies.ts";
import { layoutProblems } from "./problems.ts";
import { releases, releasesOfKinds } from "./releases/releases.ts";
import { scalers } from "./scaling/scalers.ts";
import { secretsOf } from "./secrets.ts";
import { peerService, service } from "./services.ts";
import { kafkaSetup } from "./setup/kafka.ts";
import { mongoSetup } from "./setup/mongo.ts";
import { type ClusterFacts, type DeployWish, unknownCluster } from "./wish.ts";

/**
 * Everything that a deployment consists of, in the order in which it is applied. Pure: the same wish for the same
 * cluster makes the same objects. Throws CA3_CONFIG with all that does not fit together.
 */
export function planDeploy(wish: DeployWish, cluster: ClusterFacts = unknownCluster): Stage[] {
  const layout = layoutOf(wish, cluster);
  const problems = layoutProblems(layout);
  if (problems.length > 0)
    throw new Ca3Error("CA3_CONFIG", problems.join("\n"), { hint: "ca3 config check" });
  const policies = policiesOf(layout);
  const secrets = secretsOf(layout);
  return [
    stage("platform", "namespaces", namespaces(layout)),
    stage(
      "platform",
      "configuration",
      [...platformConfig(layout), ...secrets.platform.objects],
      secrets.platform,
    ),
    stage("platform", "network", [...policies.platform, ...platformServices(layout)]),
    stage("platform", "data", dataServices(layout)),
    stage("platform", "setup", [
      ...(layout.mongo ? [mongoSetup(layout)] : []),
      ...(layout.kafka ? [kafkaSetup(layout)] : []),
    ]),
    stage("app", "configuration", secrets.app.objects, secrets.app),
    stage("app", "network", [...policies.app, ...appServices(layout)]),
    stage("app", "setup", layout.kafka ? [] : [kafkaSetup(layout)]),
    stage("app", "app", workloads(layout)),
    stage("app", "scaling", scalers(layout)),
    stage("monitoring", "crds", releasesOfKinds(layout)),
    stage("monitoring", "configuration", secrets.monitoring.objects, secrets.monitoring),
    stage("monitoring", "network", policies.monitoring),
    stage("monitoring", "releases", releases(layout)),
    stage("monitoring", "monitors", monitors(layout)),
  ]
    .filter(({ objects, generated = [] }) => objects.length + generated.length > 0)
    .sort((a, b) => phaseOrder.indexOf(a.phase) - phaseOrder.indexOf(b.phase));
}

const stage = (
  part: Part,
  phase: Phase,
  objects: readonly KubeObject[],
  { generated = [] }: Pick<Stage, "generated"> = {},
): Stage => ({ part, phase, objects, ...(generated.length === 0 ? {} : { generated }) });

const platformConfig = (layout: Layout): KubeObject[] => [
  ...(layout.kafka ? [brokerConfig(layout, layout.kafka)] : []),
  ...(layout.mongo ? [mongoConfig(layout)] : []),
];

function platformServices({ kafka, mongo, namespaces: { platform: namespace } }: Layout): KubeObject[] {
  const clients = { name: "kafka", port: ports.kafka };
  const controllers = { name: "controller", port: ports.controller };
  return [
    ...(kafka
      ? [
          service({ name: KAFKA, namespace, of: KAFKA, ports: [clients] }),
          peerService({ name: KAFKA_PEERS, namespace, of: KAFKA, ports: [clients, controllers] }),
        ]
      : []),
    ...(mongo
      ? [peerService({ name: MONGO, namespace, of: MONGO, ports: [{ name: "mongo", port: ports.mongo }] })]
      : []),
  ];
}

const dataServices = (layout: Layout): KubeObject[] => [
  ...(layout.kafka
    ? [brokers(layout, layout.kafka), disruptionBudget(KAFKA, layout.namespaces.platform)]
    : []),
  ...(layout.mongo
    ? [mongoServers(layout, layout.mongo), disruptionBudget(MONGO, layout.namespaces.platform)]
    : []),
];

function appServices({ namespaces: { app: namespace }, ...layout }: Layout): KubeObject[] {
  const http = [{ name: "http", port: ports.http }];
  const names = [
    PROCESSOR,
    ...(layout.producers ? [PRODUCERS] : []),
    ...(layout.scraper ? [SCRAPER] : []),
    ...(layout.gpu ? [GPU_NODES] : []),
  ];
  return names.map((name) => service({ name, namespace, of: name, ports: http }));
}

const workloads = (layout: Layout): KubeObject[] => [
  processor(layout),
  ...(layout.producers ? [producers(layout, layout.producers)] : []),
  ...(layout.scraper ? [scraper(layout, layout.scraper.resources)] : []),
  ...(layout.gpu ? [gpuNodes(layout, layout.gpu)] : []),
];
