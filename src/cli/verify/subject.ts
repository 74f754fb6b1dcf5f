import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { KubeClient } from "../../k8s/client/client.ts";
import { openHttp } from "../../k8s/client/open.ts";
import { dataFiles } from "../../local/data-files.ts";
import { topicSpecs, topicsOf } from "../../processor/rules.ts";
import { openMongoProbe } from "../../store/mongo-probe.ts";
import { systemClock } from "../../support/clock.ts";
import type { Resolved } from "../../support/settings.ts";
import { apiInCluster } from "../../verify/cluster-api.ts";
import type { Subject } from "../../verify/subject.ts";
import { apiAt } from "../../verify/web-api.ts";
import type { Surroundings } from "../config-file.ts";
import { openKafkaFor, openLogFor } from "../open-log.ts";
import { openStoreFor } from "../open-store.ts";
import { tunnelOpener } from "../provision/tunnel-opener.ts";
import { type StoreChoice, writtenStore } from "../store-choice.ts";
import type { verifyAllSettings } from "./settings.ts";

/** Where `ca3 up` listens unless told otherwise. */
const USUAL_API = "http://127.0.0.1:8080";

type Around = Surroundings & {
  /** The cluster of the kubeconfig is meant, whether or not a context is named. */
  readonly cluster: boolean;
};
type Closable = { close(): Promise<void> };
export type OpenSubject = {
  readonly subject: Subject;
  /** What is verified, for people. */
  readonly where: readonly string[];
  close(): Promise<void>;
};

/**
 * What the settings name. With no address and no folder named it is the `ca3 up` of this machine: the usual port, and the
 * usual folder when it is there. Nothing is opened before a check asks for it.
 */
export function subjectOf(
  { values, sources }: Pick<Resolved<typeof verifyAllSettings>, "values" | "sources">,
  around: Around,
): OpenSubject {
  const { cwd, env, cluster: wantsCluster } = around;
  const opened: Promise<Closable>[] = [];
  /** Opens once; what could not be opened is tried again. */
  const once = <T extends Closable>(open: () => Promise<T>): (() => Promise<T>) => {
    let found: Promise<T> | undefined;
    return () => {
      if (found === undefined) {
        const mine = open();
        found = mine;
        opened.push(mine);
        mine.catch(() => {
          if (found === mine) found = undefined;
        });
      }
      return found;
    };
  };
  const { kafkaBootstrap, mongoUrl, apiUrl, data } = values;
  const clusterMeant = wantsCluster || sources.context === "flag" || sources.kubeconfig === "flag";
  const cluster = clusterMeant
    ? new KubeClient(
        openHttp({ ...values, cwd, home: env["HOME"], clock: systemClock, openTunnel: tunnelOpener(around) }),
        systemClock,
      )
    : undefined;
  const noAddress =
    kafkaBootstrap === undefined && mongoUrl === undefined && apiUrl === undefined && cluster === undefined;
  const folderNamed = sources.data !== "default";
  const folderUsed = folderNamed || (noAddress && existsSync(dataFiles(resolve(cwd, data)).logPath));
  const kafka = kafkaBootstrap === undefined ? undefined : once(() => openKafkaFor(values));
  const log = kafka ?? (folderUsed ? once(() => openLogFor({ data, cwd })) : undefined);
  const choice: StoreChoice = writtenStore(data, values, sources.mongoUrl);
  const hasStore = mongoUrl !== undefined || folderUsed;
  const apiAddress = apiUrl ?? (noAddress ? USUAL_API : undefined);
  const namespaces = { app: values.appNamespace, monitoring: values.monitoringNamespace };
  const inCluster = cluster === undefined ? undefined : apiInCluster(cluster, namespaces.app);
  const api = apiAddress === undefined ? inCluster : apiAt(apiAddress, values.token);
  const topics = topicsOf(values);
  const subject: Subject = {
    ...{ clock: systemClock, runId: crypto.randomUUID(), own: { records: 0 } },
    ...(kafka === undefined ? {} : { kafka }),
    ...(log === undefined ? {} : { log }),
    ...(hasStore ? { store: once(() => openStoreFor(choice, { cwd })) } : {}),
    ...(mongoUrl === undefined ? {} : { mongo: once(() => openMongoProbe(mongoUrl, values)) }),
    ...(api === undefined ? {} : { api }),
    ...(cluster === undefined ? {} : { cluster }),
    wanted: {
      namespaces,
      ...{ topics, specs: topicSpecs(topics, values), group: values.group, maxLagMs: values.maxLagMs },
    },
  };
  return {
    subject,
    where: [
      ...(kafkaBootstrap === undefined ? [] : [`Kafka ${kafkaBootstrap.join(",")}`]),
      ...(choice.kind === "mongo" ? [`MongoDB ${choice.name}`] : []),
      ...(folderUsed ? [`data folder ${data}`] : []),
      ...(api === undefined ? [] : [`API ${api.where}`]),
      ...(cluster === undefined ? [] : [`cluster ${cluster.cluster}`]),
    ],
    close: async () => {
      const all = await Promise.allSettled(opened);
      await Promise.all(all.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
    },
  };
}
