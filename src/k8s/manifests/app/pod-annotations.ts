import { readAtStart } from "../digest.ts";
import type { Layout } from "../layout.ts";
import { secretNames } from "../secret-names.ts";

/** Secrets that services read when they start. */
export const clientSecrets = {
  processor: [secretNames.kafkaClient.name, secretNames.mongoClient.name, secretNames.api.name],
  producer: [secretNames.kafkaClient.name, secretNames.api.name],
} as const;

/** Annotations by which pods of the app start again when a Secret that they read was made anew. */
export const podAnnotations = ({ namespaces, cluster }: Layout, secrets: readonly string[]) =>
  readAtStart(
    undefined,
    secrets.map((name) => `${namespaces.app}/${name}`),
    cluster.secretGenerations,
  );
