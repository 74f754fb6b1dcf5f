import { bootstrapServers, mongoUrl } from "../addresses.ts";
import type { SecretFile, WithoutPassword } from "../env.ts";
import type { Layout } from "../layout.ts";
import { type Mount, secretVolume, type Volume } from "../pod.ts";
import { CA_KEY, secretNames, userNames } from "../secret-names.ts";

/** Settings of a service and the mounted files they name. */
export type Connection<V> = {
  readonly values: V;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly Mount[];
};

const folder = (name: string) => `/etc/ca3/${name}`;
const file = (name: string, key: string): SecretFile => ({ file: `${folder(name)}/${key}` });

const mounted = (name: string, secret: string, keys: readonly string[]) => ({
  volumes: [secretVolume(name, secret, keys)],
  mounts: [{ name, mountPath: folder(name), readOnly: true }],
});

type KafkaValues = {
  readonly kafkaBootstrap: readonly string[];
  readonly kafkaUsername?: string;
  readonly kafkaPassword?: SecretFile;
  readonly kafkaCaFile?: string;
  readonly kafkaTls?: boolean;
  readonly kafkaSasl?: "scram-sha-512" | "scram-sha-256" | "plain";
};

/** How processor and producers reach Kafka, in the cluster or elsewhere. */
export function kafkaConnection(layout: Layout): Connection<KafkaValues> {
  const kafkaBootstrap = bootstrapServers(layout);
  const { keys, name } = secretNames.kafkaClient;
  if (layout.kafka)
    return {
      values: {
        ...{ kafkaBootstrap, kafkaUsername: userNames.kafkaClient },
        kafkaPassword: file("kafka", keys.password),
      },
      ...mounted("kafka", name, [keys.password]),
    };
  const { kafkaCaFile, kafkaUsername, kafkaSasl, kafkaTls } = layout.wish.given.processor;
  const secret = layout.deploy.kafkaSecret;
  if (secret === undefined)
    return {
      values: { kafkaBootstrap, ...(kafkaTls === undefined ? {} : { kafkaTls }) },
      ...{ volumes: [], mounts: [] },
    };
  const signsIn = kafkaUsername !== undefined;
  const ca = kafkaCaFile === undefined ? [] : [CA_KEY];
  return {
    values: {
      kafkaBootstrap,
      ...(kafkaTls === undefined ? {} : { kafkaTls }),
      ...(kafkaSasl === undefined ? {} : { kafkaSasl }),
      ...(signsIn ? { kafkaUsername, kafkaPassword: file("kafka", keys.password) } : {}),
      ...(kafkaCaFile === undefined ? {} : { kafkaCaFile: `${folder("kafka")}/${CA_KEY}` }),
    },
    ...mounted("kafka", secret, [...(signsIn ? [keys.password] : []), ...ca]),
  };
}

type MongoValues = {
  readonly mongoUrl: SecretFile | WithoutPassword;
  readonly mongoUsername?: string;
  readonly mongoPassword?: SecretFile;
};

/** How the processor reaches MongoDB. */
export function mongoConnection(layout: Layout): Connection<MongoValues> {
  const { keys, name } = secretNames.mongoClient;
  if (layout.mongo)
    return {
      values: {
        mongoUrl: { withoutPassword: mongoUrl(layout) },
        mongoUsername: userNames.mongoClient,
        mongoPassword: file("mongo", keys.password),
      },
      ...mounted("mongo", name, [keys.password]),
    };
  return {
    values: { mongoUrl: file("mongo", "url") },
    ...mounted("mongo", layout.deploy.mongoSecret ?? "", ["url"]),
  };
}

/** The token that the server of every service of ours asks for. */
export const apiAccess = (): Connection<{ readonly token: SecretFile }> => ({
  values: { token: file("api", secretNames.api.keys.token) },
  ...mounted("api", secretNames.api.name, [secretNames.api.keys.token]),
});
