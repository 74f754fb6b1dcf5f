import type { Layout } from "./layout.ts";

/** What does not fit together, one sentence each, beginning with the setting to change. */
export function layoutProblems(layout: Layout): string[] {
  const { deploy, processor, producers, wish, cluster } = layout;
  const { partitions } = wish.processor;
  const problems: string[] = [];
  const refuse = (when: boolean, problem: string) => when && problems.push(problem);

  refuse(
    processor.max > partitions,
    `deploy.processor.max: ${processor.max} is more than topics.partitions (${partitions}); processors beyond that would have no work`,
  );
  refuse(
    processor.min > processor.max,
    `deploy.processor.min: ${processor.min} is more than deploy.processor.max (${processor.max})`,
  );
  refuse(
    producers !== undefined && producers.min > producers.max,
    `deploy.producers.min: ${producers?.min} is more than deploy.producers.max (${producers?.max})`,
  );
  for (const of of ["processor", "producers"] as const) {
    refuse(
      deploy[`${of}CpuRequest`] > deploy[`${of}CpuLimit`],
      `deploy.${of}.cpuRequest: is more than deploy.${of}.cpuLimit`,
    );
    refuse(
      deploy[`${of}MemoryRequest`] > deploy[`${of}MemoryLimit`],
      `deploy.${of}.memoryRequest: is more than deploy.${of}.memoryLimit`,
    );
  }
  refuse(
    layout.kafka === undefined && wish.given.processor.kafkaBootstrap === undefined,
    "kafka.bootstrap: is required when deploy.kafka.enabled is false",
  );
  refuse(
    layout.mongo === undefined && deploy.mongoSecret === undefined,
    "deploy.mongo.secret: is required when deploy.mongo.enabled is false",
  );
  refuse(
    deploy.processorScaling === "lag" && !layout.keda && cluster.kinds.size > 0 && !knowsKeda(layout),
    "deploy.processor.scaling: lag needs KEDA, which the cluster does not have; set deploy.keda.enabled",
  );
  refuse(
    wish.given.producer.scrapeTokens !== undefined,
    "producer.scrape.tokens: secrets in ca3.yaml are not sent to a cluster; create a Secret and name it in deploy.producers.tokensSecret",
  );
  const names = Object.entries(layout.namespaces);
  for (const [at, [role, name]] of names.entries()) {
    const same = names.slice(0, at).find(([, other]) => other === name);
    refuse(
      same !== undefined,
      `deploy.namespaces.${role}: ${name} is the namespace of ${same?.[0]} already; each needs one of its own`,
    );
  }
  return problems;
}

const knowsKeda = ({ cluster }: Layout): boolean => cluster.kinds.has("ScaledObject.keda.sh");
