import { mongoSetupSettings } from "../../../store/users/config.ts";
import type { KubeObject } from "../../object.ts";
import { mongoHosts, ports, REPLICA_SET } from "../addresses.ts";
import { mongoConnection } from "../app/connections.ts";
import { envOf } from "../env.ts";
import type { Layout } from "../layout.ts";
import { secretVolume } from "../pod.ts";
import { secretNames, userNames } from "../secret-names.ts";
import { setupJob } from "./job.ts";
import { MONGO_SETUP } from "./names.ts";

/** Begins the replica set or completes it, and makes the user that the processor signs in as. */
export function mongoSetup(layout: Layout): KubeObject {
  const { namespaces, cluster, wish } = layout;
  const { keys, name } = secretNames.mongoCluster;
  const client = mongoConnection(layout);
  const members = mongoHosts(layout).map((host) => `${host}:${ports.mongo}`);
  return setupJob(layout, {
    name: MONGO_SETUP,
    namespace: namespaces.platform,
    volumes: [...client.volumes, secretVolume("admin", name, [keys.password])],
    steps: [
      {
        name: "replica-set",
        args: ["bootstrap", "mongo"],
        env: envOf(mongoSetupSettings, {
          mongoUrl: { withoutPassword: `mongodb://${members[0]}/ca3` },
          mongoDatabase: wish.given.processor.mongoDatabase,
          mongoUsername: userNames.mongoRoot,
          mongoPassword: { file: `/etc/ca3/admin/${keys.password}` },
          ...{ replicaSet: REPLICA_SET, members, newUser: userNames.mongoClient },
          newPassword: client.values.mongoPassword,
        }),
        mounts: [{ name: "admin", mountPath: "/etc/ca3/admin", readOnly: true }, ...client.mounts],
      },
    ],
    again: cluster.secretGenerations[`${namespaces.platform}/${secretNames.mongoClient.name}`] ?? 1,
  });
}
