import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { kafkaLetsIn } from "../../eventlog/kafka-login.ts";
import { KubeClient } from "../../k8s/client/client.ts";
import { openHttp } from "../../k8s/client/open.ts";
import { Tunnels } from "../../k8s/tunnels.ts";
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
import { kafkaInCluster, mongoInCluster } from "./cluster-parts.ts";
import { Opened } from "./once.ts";
import type { verifyAllSettings } from "./settings.ts";

/** Where `ca3 up` listens unless told otherwise. */
const USUAL_API = "http://127.0.0.1:8080";

type Around = Surroundings & {
  /** The cluster of the kubeconfig is meant, whether or not a context is named. */
  readonly cluster: boolean;
  readonly tell: (text: string) => void;
};
export type OpenSubject = {
  readonly subject: Subject;
  /** What is verified, for people. */
  readonly where: readonly string[];
  close(): Promise<void>;
};
type Verified = Pick<Resolved<typeof verifyAllSettings>, "values" | "sources">;

/**
 * What the settings name. With no address and no folder named it is the `ca3 up` of this machine: the usual port, and the
 * usual folder when it is there. Of a cluster it is what the deployment made there, unless the command line names another
 * Kafka, MongoDB or API. Nothing is opened before a check asks for it.
 */
export function subjectOf(verified: Verified, around: Around): OpenSubject {
  const { values, sources } = verified;
  const meant = around.cluster || sources.context === "flag" || sources.kubeconfig === "flag";
  const topics = topicsOf(values);
  const namespaces = {
    ...{ app: values.appNamespace, platform: values.platformNamespace },
    monitoring: values.monitoringNamespace,
  };
  const { where, close, ...found } = meant
    ? inCluster(verified, around, namespaces)
    : outside(verified, around);
  return {
    where,
    close,
    subject: {
      ...{ clock: systemClock, runId: crypto.randomUUID(), own: { records: 0 }, ...found },
      tell: around.tell,
      wanted: {
        namespaces,
        burst: { burstMs: values.burstMs, settleMs: values.settleMs },
        ...{ topics, specs: topicSpecs(topics, values), group: values.group, maxLagMs: values.maxLagMs },
      },
    },
  };
}

type Found = Pick<
  Subject,
  "kafka" | "kafkaLetsIn" | "log" | "store" | "mongo" | "api" | "cluster" | "tunnels"
> &
  Pick<OpenSubject, "where" | "close">;

/** What has an address or a folder; the usual ones only where nothing else is meant. */
function outside({ values, sources }: Verified, { cwd }: Around, usual = true): Found {
  const opened = new Opened();
  const { kafkaBootstrap, mongoUrl, apiUrl, data } = values;
  const noAddress = kafkaBootstrap === undefined && mongoUrl === undefined && apiUrl === undefined;
  const folderUsed = usual
    ? sources.data !== "default" || (noAddress && existsSync(dataFiles(resolve(cwd, data)).logPath))
    : sources.data === "flag";
  const kafka = kafkaBootstrap === undefined ? undefined : opened.once(() => openKafkaFor(values));
  const log = kafka ?? (folderUsed ? opened.once(() => openLogFor({ data, cwd })) : undefined);
  const choice: StoreChoice = writtenStore(data, values, sources.mongoUrl);
  const apiAddress = apiUrl ?? (usual && noAddress ? USUAL_API : undefined);
  const api = apiAddress === undefined ? undefined : apiAt(apiAddress, values.token);
  const asksForUser = kafka !== undefined && values.kafkaUsername !== undefined;
  return {
    ...(kafka === undefined ? {} : { kafka }),
    ...(asksForUser ? { kafkaLetsIn: (login) => kafkaLetsIn(values, login) } : {}),
    ...(log === undefined ? {} : { log }),
    ...(mongoUrl !== undefined || folderUsed
      ? { store: opened.once(() => openStoreFor(choice, { cwd })) }
      : {}),
    ...(mongoUrl === undefined ? {} : { mongo: opened.once(() => openMongoProbe(mongoUrl, values)) }),
    ...(api === undefined ? {} : { api }),
    where: [
      ...(kafkaBootstrap === undefined ? [] : [`Kafka ${kafkaBootstrap.join(",")}`]),
      ...(choice.kind === "mongo" ? [`MongoDB ${choice.name}`] : []),
      ...(folderUsed ? [`data folder ${data}`] : []),
      ...(api === undefined ? [] : [`API ${api.where}`]),
    ],
    close: () => opened.close(),
  };
}

/** What a deployment made in the cluster, through tunnels; what is elsewhere, or named by a flag, by its address. */
function inCluster(verified: Verified, around: Around, namespaces: Subject["wanted"]["namespaces"]): Found {
  const { values, sources } = verified;
  const home = around.env["HOME"];
  const openTunnel = tunnelOpener(around);
  const http = openHttp({ ...values, cwd: around.cwd, home, clock: systemClock, openTunnel });
  const client = new KubeClient(http, systemClock);
  const tunnels = new Tunnels(client);
  const place = { client, tunnels, namespaces };
  const opened = new Opened();
  const named = outside(verified, around, false);
  const kafkaNamed = sources.kafkaBootstrap === "flag" || !values.kafka || sources.data === "flag";
  const mongoNamed = sources.mongoUrl === "flag" || !values.mongo || sources.data === "flag";
  const elsewhere = [
    ...(kafkaNamed && named.kafka !== undefined ? named.where.filter((one) => one.startsWith("Kafka")) : []),
    ...(mongoNamed ? named.where.filter((one) => one.startsWith("MongoDB")) : []),
    ...named.where.filter((one) => one.startsWith("API") || one.startsWith("data folder")),
  ];
  const kafka = opened.once(async () => {
    const { settings, ...options } = await kafkaInCluster(place, values);
    return await tunnels.through(() => openKafkaFor(settings, options));
  });
  const letsIn: Subject["kafkaLetsIn"] = async (login) => {
    const { settings, ...options } = await kafkaInCluster(place, values);
    return await kafkaLetsIn(settings, login, options);
  };
  const store = opened.once(async () => {
    const settings = await mongoInCluster(place, values);
    return await openStoreFor({ kind: "mongo", settings, name: "", words: "" }, around);
  });
  const mongo = opened.once(async () => {
    const settings = await mongoInCluster(place, values);
    return await tunnels.through(() => openMongoProbe(settings.mongoUrl, settings));
  });
  return {
    ...named,
    ...(kafkaNamed ? {} : { kafka, log: kafka, kafkaLetsIn: letsIn }),
    ...(mongoNamed ? {} : { store, mongo }),
    ...(values.apiUrl === undefined ? { api: apiInCluster(client, tunnels, namespaces.app) } : {}),
    ...{ cluster: client, tunnels, where: [`cluster ${client.cluster}`, ...elsewhere] },
    close: async () => {
      await opened.close();
      await named.close();
      await tunnels[Symbol.asyncDispose]();
    },
  };
}
