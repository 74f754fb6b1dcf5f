import { kafkaInCluster, mongoInCluster } from "../../src/cli/verify/cluster-parts.ts";
import { openKafkaLog } from "../../src/eventlog/kafka.ts";
import { kafkaSettings } from "../../src/eventlog/kafka-config.ts";
import { at } from "../../src/k8s/live-object.ts";
import { Tunnels } from "../../src/k8s/tunnels.ts";
import { storeSettings } from "../../src/store/config.ts";
import { MongoLink } from "../../src/store/mongo/driver/link.ts";
import { targetOf } from "../../src/store/mongo/driver/target.ts";
import { readSettings } from "../../src/support/settings.ts";
import { setAs } from "../k8s/open.ts";
import type { Stage } from "./stage.ts";

const WHO = "somebody";
export const workload = (namespace: string, name: string, kind = "Deployment") => ({
  ...{ apiVersion: "apps/v1", kind, metadata: { namespace, name } },
});

/** What somebody does to a deployment who should not. */
export const meddling = (stage: Stage) => {
  const { client } = stage.node;
  const namespaces = { app: "app", platform: "platform" };
  const set = (object: Parameters<typeof setAs>[2], change: unknown) => setAs(client, WHO, object, change);
  return {
    set,
    scale: (namespace: string, name: string, replicas: number, kind?: string) =>
      set(workload(namespace, name, kind), { spec: { replicas } }),
    /** A value that nobody else knows, in place of a generated one. */
    guess: (name: string, key: string) =>
      set(
        { apiVersion: "v1", kind: "Secret", metadata: { namespace: "app", name } },
        { data: { [key]: btoa("a guess, and not what the server knows") } },
      ),
    async keepTopic(name: string, retentionMs: number) {
      await using tunnels = new Tunnels(client);
      const { settings, reach } = await kafkaInCluster(
        { client, tunnels, namespaces },
        readSettings(kafkaSettings, {}),
      );
      const log = await openKafkaLog({ settings, reach: reach! });
      const { partitions } = (await log.topics()).find((one) => one.name === name)!;
      await log.ensureTopics([{ name, partitions, retentionMs }]);
      await log.close();
    },
    async dropIndex(collection: string, index: string) {
      await using tunnels = new Tunnels(client);
      const { settings } = await mongoInCluster(
        { client, tunnels, namespaces },
        readSettings(storeSettings, {}),
      );
      const timeouts = { timeoutMs: 20_000, queryTimeoutMs: 20_000, poolSize: 1 };
      const link = new MongoLink(targetOf(settings.mongoUrl, settings), timeouts);
      await link.open(async () => {});
      await link.command("drop an index", { dropIndexes: collection, index });
      await link.close();
    },
    replicas: async (namespace: string, name: string, kind?: string): Promise<unknown> => {
      const { metadata: _, ...rest } = workload(namespace, name, kind);
      return at(await client.get({ ...rest, namespace, name }), "status", "readyReplicas") ?? 0;
    },
  };
};
