import type { KafkaLogOptions } from "../../eventlog/kafka.ts";
import type { KafkaSettings } from "../../eventlog/kafka-config.ts";
import type { KubeClient } from "../../k8s/client/client.ts";
import { KAFKA, MONGO, ports } from "../../k8s/manifests/addresses.ts";
import { CA_KEY, secretNames, userNames } from "../../k8s/manifests/secret-names.ts";
import { secretValue } from "../../k8s/secrets/read.ts";
import { readyPods, type Tunnels } from "../../k8s/tunnels.ts";
import type { StoreSettings } from "../../store/config.ts";
import { takesWrites } from "../../store/mongo-probe.ts";
import { Secret } from "../../support/secret.ts";
import { sideBySide } from "../../support/side-by-side.ts";
import type { Signed } from "./signing-in.ts";

export type Place = {
  readonly client: KubeClient;
  readonly tunnels: Tunnels;
  readonly namespaces: { readonly app: string; readonly platform: string };
};
type WithUrl = StoreSettings & { readonly mongoUrl: Secret };
export type Access<S> = Signed & { readonly settings: S } & Pick<KafkaLogOptions, "reach">;

const made = (namespace: string, name: string): Pick<Signed, "secret" | "hint"> => ({
  ...{ secret: `${namespace}/${name}`, hint: `ca3 secrets rotate ${name}, then ca3 deploy` },
});
const given = (namespace: string, name: string): Pick<Signed, "secret" | "hint"> => ({
  ...{ secret: `${namespace}/${name}`, hint: `write what the server knows into Secret ${namespace}/${name}` },
});

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
    ...made(app, name),
    settings: {
      ...settings,
      ...{ kafkaBootstrap: [`${pods[0]!.metadata.name}:${ports.kafka}`], kafkaTls: false },
      // These are about brokers elsewhere.
      ...{ kafkaCaFile: undefined, kafkaCertFile: undefined, kafkaKeyFile: undefined },
      ...{ kafkaSasl: "scram-sha-512", kafkaUsername: userNames.kafkaClient },
      kafkaPassword: await secretValue(client, { namespace: app, name, key: keys.password }),
    },
    reach: async ({ host, port }) => ({
      host: "127.0.0.1",
      port: await tunnels.to({ namespace: platform, pod: host.split(".")[0]!, port }),
    }),
  };
}

/** What of a Secret is used to reach Kafka elsewhere. */
export type FromSecret = { readonly name: string; readonly password: boolean; readonly ca: boolean };

/** How to reach a Kafka elsewhere, with the password and the CA that `deploy.kafka.secret` holds, as the services do. */
export async function kafkaBySecret(
  { client, namespaces: { app } }: Place,
  settings: KafkaSettings,
  { name, ...uses }: FromSecret,
): Promise<Access<KafkaSettings>> {
  const value = (key: string) =>
    secretValue(client, { namespace: app, name, key, hint: `write ${key} into Secret ${app}/${name}` });
  const { password } = secretNames.kafkaClient.keys;
  const pem = uses.ca ? (await value(CA_KEY)).reveal() : undefined;
  return {
    ...{ ...given(app, name), uses },
    settings: {
      ...settings,
      ...(uses.password ? { kafkaPassword: await value(password) } : {}),
      ...(pem === undefined
        ? {}
        : { kafkaCaFile: undefined, kafkaCa: { pem, from: `${CA_KEY} of Secret ${app}/${name}` } }),
    },
  };
}

/** How to reach the member that takes writes of the MongoDB that a deployment made, as the user of the processors. */
export async function mongoInCluster(
  { client, tunnels, namespaces: { app, platform } }: Place,
  settings: StoreSettings,
): Promise<Access<WithUrl>> {
  const pods = await readyPods(client, { namespace: platform, name: MONGO });
  const { name, keys } = secretNames.mongoClient;
  const signedIn = {
    ...settings,
    mongoUsername: userNames.mongoClient,
    mongoPassword: await secretValue(client, { namespace: app, name, key: keys.password }),
  };
  const ends = await sideBySide(pods, pods.length, async ({ metadata }) => {
    const port = await tunnels.to({ namespace: platform, pod: metadata.name, port: ports.mongo });
    return { pod: `Pod ${platform}/${metadata.name}`, address: `127.0.0.1:${port}` };
  });
  const urls = ends.map(({ address }) => new Secret(`mongodb://${address}/ca3?directConnection=true`));
  const primary =
    urls.length === 1 ? [true] : await sideBySide(urls, urls.length, (url) => takesWrites(url, signedIn));
  const at = Math.max(0, primary.indexOf(true));
  const { pod, address } = ends[at]!;
  return {
    ...{ ...made(app, name), settings: { ...signedIn, mongoUrl: urls[at]! } },
    said: (text) => text.replaceAll(address, pod),
  };
}

/** How to reach a MongoDB elsewhere, by the address that `deploy.mongo.secret` holds, user and password in it. */
export async function mongoBySecret(
  { client, namespaces: { app } }: Place,
  { mongoUsername: _user, mongoPassword: _password, ...settings }: StoreSettings,
  name: string,
): Promise<Access<WithUrl>> {
  const mongoUrl = await secretValue(client, { namespace: app, name, key: "url" });
  return { ...given(app, name), settings: { ...settings, mongoUrl } as WithUrl };
}
