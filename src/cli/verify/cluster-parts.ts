import type { KafkaLogOptions } from "../../eventlog/kafka.ts";
import type { KafkaSettings } from "../../eventlog/kafka-config.ts";
import type { KubeClient } from "../../k8s/client/client.ts";
import { KAFKA, MONGO, ports } from "../../k8s/manifests/addresses.ts";
import { secretNames, userNames } from "../../k8s/manifests/secret-names.ts";
import { secretValue } from "../../k8s/secrets/read.ts";
import { readyPods, type Tunnels } from "../../k8s/tunnels.ts";
import type { StoreSettings } from "../../store/config.ts";
import { takesWrites } from "../../store/mongo-probe.ts";
import { Secret } from "../../support/secret.ts";
import { sideBySide } from "../../support/side-by-side.ts";

type Place = {
  readonly client: KubeClient;
  readonly tunnels: Tunnels;
  readonly namespaces: { readonly app: string; readonly platform: string };
};
type Access<S> = { readonly settings: S } & Pick<KafkaLogOptions, "reach">;

/**
 * How to reach the Kafka that a deployment made, as the user that the services sign in as: brokers name their pods, and a
 * tunnel leads to each.
 */
export async function kafkaInCluster(
  { client, tunnels, namespaces: { app, platform } }: Place,
  settings: KafkaSettings,
): Promise<Access<KafkaSettings>> {
  const pods = await readyPods(client, { namespace: platform, name: KAFKA });
  const { name, keys } = secretNames.kafkaClient;
  return {
    settings: {
      ...settings,
      ...{ kafkaBootstrap: [`${pods[0]!.metadata.name}:${ports.kafka}`], kafkaTls: false },
      ...{ kafkaSasl: "scram-sha-512", kafkaUsername: userNames.kafkaClient },
      kafkaPassword: await secretValue(client, { namespace: app, name, key: keys.password }),
    },
    reach: async ({ host, port }) => ({
      host: "127.0.0.1",
      port: await tunnels.to({ namespace: platform, pod: host.split(".")[0]!, port }),
    }),
  };
}

/** How to reach the member that takes writes of the MongoDB that a deployment made, as the user of the processors. */
export async function mongoInCluster(
  { client, tunnels, namespaces: { app, platform } }: Place,
  settings: StoreSettings,
): Promise<StoreSettings & { readonly mongoUrl: Secret }> {
  const pods = await readyPods(client, { namespace: platform, name: MONGO });
  const { name, keys } = secretNames.mongoClient;
  const signedIn = {
    ...settings,
    mongoUsername: userNames.mongoClient,
    mongoPassword: await secretValue(client, { namespace: app, name, key: keys.password }),
  };
  const urls = await sideBySide(pods, pods.length, async ({ metadata }) => {
    const port = await tunnels.to({ namespace: platform, pod: metadata.name, port: ports.mongo });
    return new Secret(`mongodb://127.0.0.1:${port}/ca3?directConnection=true`);
  });
  const [first, ...others] = urls;
  if (others.length === 0) return { ...signedIn, mongoUrl: first! };
  const primary = await sideBySide(urls, urls.length, (url) => takesWrites(url, signedIn));
  return { ...signedIn, mongoUrl: urls[Math.max(0, primary.indexOf(true))]! };
}
