import type { GeneratedSecret } from "../generated-secret.ts";
import { externalSecret } from "./external-secret.ts";
import { labels } from "./labels.ts";
import type { Layout } from "./layout.ts";
import { secretNames, userNames } from "./secret-names.ts";

const PASSWORD = { random: 32, as: "base64url" } as const;

/** Who has to start again when a Secret is made anew, besides whoever reads it from a file each time. */
export type SecretUse = GeneratedSecret & { readonly usedBy: readonly string[] };

/**
 * The Secrets of each part: made once by the cluster for itself, or read from a store of secrets elsewhere, where each
 * is an entry of the same name.
 */
export function secretsOf(layout: Layout) {
  const { platform, app, monitoring } = layout.namespaces;
  const wanted = wantedSecrets(layout);
  const store = layout.deploy.secretStore;
  const of = (namespace: string) => {
    const own = wanted.filter((secret) => secret.namespace === namespace);
    return store === undefined
      ? { objects: [], generated: own.map(({ usedBy: _, ...secret }) => secret) }
      : { objects: own.map((secret) => externalSecret(secret, store)), generated: [] };
  };
  return { platform: of(platform), app: of(app), monitoring: of(monitoring) };
}

/** Every Secret of a deployment, wherever its values come from. */
export function wantedSecrets({ namespaces, kafka, mongo, monitoring }: Layout): SecretUse[] {
  const { kafkaCluster, kafkaClient, mongoCluster, mongoClient, api, grafana } = secretNames;
  const { platform, app } = namespaces;
  const twice = (
    { name, keys }: typeof kafkaClient | typeof mongoClient,
    user: string,
    usedBy: readonly string[],
  ): SecretUse[] => [
    {
      ...{ namespace: platform, name, labels: labels(name), usedBy },
      values: { [keys.user]: { fixed: user }, [keys.password]: PASSWORD },
    },
    {
      ...{ namespace: app, name, labels: labels(name), usedBy },
      values: {
        [keys.user]: { fixed: user },
        [keys.password]: { sameAs: { namespace: platform, name, key: keys.password } },
      },
    },
  ];
  const secrets: SecretUse[] = [];
  if (kafka)
    secrets.push(
      {
        ...{ namespace: platform, name: kafkaCluster.name, labels: labels(kafkaCluster.name) },
        values: {
          // Not a secret, but made once as one: a cluster never changes its identity.
          [kafkaCluster.keys.id]: { random: 16, as: "base64url" },
          [kafkaCluster.keys.password]: PASSWORD,
        },
        usedBy: ["kafka"],
      },
      ...twice(kafkaClient, userNames.kafkaClient, ["the topics job", "processor", "producers"]),
    );
  if (mongo)
    secrets.push(
      {
        ...{ namespace: platform, name: mongoCluster.name, labels: labels(mongoCluster.name) },
        values: {
          [mongoCluster.keys.keyFile]: { random: 567, as: "base64" },
          [mongoCluster.keys.password]: PASSWORD,
        },
        usedBy: ["mongo"],
      },
      ...twice(mongoClient, userNames.mongoClient, ["the mongo job", "processor"]),
    );
  secrets.push({
    ...{ namespace: app, name: api.name, labels: labels(api.name), usedBy: ["processor", "producers"] },
    values: { [api.keys.token]: PASSWORD },
  });
  if (monitoring)
    secrets.push({
      ...{ namespace: namespaces.monitoring, name: grafana.name, labels: labels(grafana.name) },
      values: { [grafana.keys.user]: { fixed: userNames.grafana }, [grafana.keys.password]: PASSWORD },
      usedBy: ["grafana"],
    });
  return secrets;
}
