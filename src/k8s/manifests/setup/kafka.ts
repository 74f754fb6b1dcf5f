import { eventLogSettings } from "../../../eventlog/config.ts";
import { kafkaUserSettings } from "../../../eventlog/users/config.ts";
import type { KubeObject } from "../../object.ts";
import { bootstrapServers } from "../addresses.ts";
import { kafkaConnection } from "../app/connections.ts";
import { passed } from "../app/passed-settings.ts";
import { envOf, pick } from "../env.ts";
import type { Layout } from "../layout.ts";
import { secretVolume } from "../pod.ts";
import { secretNames, userNames } from "../secret-names.ts";
import { type SetupStep, setupJob } from "./job.ts";
import { KAFKA_SETUP } from "./names.ts";

/**
 * Makes the topics; in a cluster of ours first the user that everybody signs in as. Both run again whenever something
 * about them changes, a new password included.
 */
export function kafkaSetup(layout: Layout): KubeObject {
  const { namespaces, kafka, cluster } = layout;
  const connection = kafkaConnection(layout);
  const { keys, name } = secretNames.kafkaCluster;
  const topics: SetupStep = {
    name: "topics",
    args: ["topics", "create"],
    env: envOf(eventLogSettings, {
      ...pick(layout.wish.given.processor, [...passed.topics, ...passed.kafka]),
      ...connection.values,
    }),
    mounts: connection.mounts,
  };
  return setupJob(layout, {
    name: KAFKA_SETUP,
    namespace: kafka ? namespaces.platform : namespaces.app,
    volumes: [...connection.volumes, ...(kafka ? [secretVolume("admin", name, [keys.password])] : [])],
    steps: kafka ? [user(layout), topics] : [topics],
    again: cluster.secretGenerations[`${namespaces.platform}/${secretNames.kafkaClient.name}`] ?? 1,
  });
}

function user(layout: Layout): SetupStep {
  const admin = "/etc/ca3/admin";
  const { keys } = secretNames.kafkaCluster;
  return {
    name: "user",
    args: ["bootstrap", "kafka"],
    env: envOf(kafkaUserSettings, {
      kafkaBootstrap: bootstrapServers(layout),
      ...{ kafkaSasl: "plain", kafkaUsername: userNames.kafkaBroker },
      kafkaPassword: { file: `${admin}/${keys.password}` },
      newUser: userNames.kafkaClient,
      newPassword: kafkaConnection(layout).values.kafkaPassword,
    }),
    mounts: [{ name: "admin", mountPath: admin, readOnly: true }, ...kafkaConnection(layout).mounts],
  };
}
