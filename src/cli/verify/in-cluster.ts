import { kafkaLetsIn } from "../../eventlog/kafka-login.ts";
import { KubeClient } from "../../k8s/client/client.ts";
import { openHttp } from "../../k8s/client/open.ts";
import { PROCESSOR } from "../../k8s/manifests/app/processor.ts";
import { Tunnels } from "../../k8s/tunnels.ts";
import { openMongoProbe } from "../../store/mongo-probe.ts";
import { systemClock } from "../../support/clock.ts";
import { apiInCluster } from "../../verify/cluster-api.ts";
import type { Subject } from "../../verify/subject.ts";
import { openKafkaFor } from "../open-log.ts";
import { openStoreFor } from "../open-store.ts";
import { tunnelOpener } from "../provision/tunnel-opener.ts";
import { kafkaBySecret, kafkaInCluster, mongoBySecret, mongoInCluster, type Place } from "./cluster-parts.ts";
import type { Around, Found, Verified } from "./found.ts";
import { Opened } from "./once.ts";
import { outside } from "./outside.ts";
import { signingIn } from "./signing-in.ts";

/** What a deployment made in the cluster, through tunnels; what is elsewhere, or named by a flag, by its address. */
export function inCluster(
  verified: Verified,
  around: Around,
  namespaces: Subject["wanted"]["namespaces"],
): Found {
  const { values } = verified;
  const home = around.env["HOME"];
  const openTunnel = tunnelOpener(around);
  const http = openHttp({ ...values, cwd: around.cwd, home, clock: systemClock, openTunnel });
  const client = new KubeClient(http, systemClock);
  const tunnels = new Tunnels(client);
  const place = { client, tunnels, namespaces };
  const opened = new Opened();
  const named = outside(verified, around, false);
  const reaches = waysIn(place, verified);
  const asksForUser = values.kafka || values.kafkaUsername !== undefined;
  const elsewhere = named.where.filter(
    (one) =>
      !(one.startsWith("Kafka") && values.kafka && reaches.kafka !== undefined) &&
      !(one.startsWith("MongoDB") && values.mongo && reaches.mongo !== undefined),
  );
  return {
    ...named,
    ...(reaches.kafka === undefined ? {} : kafkaBy(reaches.kafka, tunnels, opened, asksForUser)),
    ...(reaches.mongo === undefined ? {} : mongoBy(reaches.mongo, tunnels, opened, around)),
    ...(values.apiUrl === undefined ? { api: apiInCluster(client, tunnels, namespaces.app) } : {}),
    ...{ cluster: client, tunnels, where: [`cluster ${client.cluster}`, ...elsewhere] },
    ...(values.kafka ? { topicsHint: topicsHint(namespaces.app) } : {}),
    close: async () => {
      await opened.close();
      await named.close();
      await tunnels[Symbol.asyncDispose]();
    },
  };
}

/** Only from inside are the brokers reached by whoever has no tunnel. */
const topicsHint = (namespace: string) =>
  `ca3 kubectl -- -n ${namespace} exec deploy/${PROCESSOR} -- ca3 topics create`;

/** How Kafka and MongoDB are reached by what the cluster holds; absent where a flag, the environment or the file says it. */
function waysIn(place: Place, { values, sources }: Verified) {
  const { kafkaSecret, mongoSecret, kafkaUsername, kafkaPassword, kafkaCaFile, mongoUrl } = values;
  const kafka = () => {
    if (sources.kafkaBootstrap === "flag" || sources.data === "flag") return undefined;
    if (values.kafka) return () => kafkaInCluster(place, values);
    if (kafkaSecret === undefined) return undefined;
    const password = kafkaUsername !== undefined && kafkaPassword === undefined;
    // In the file it says that the services get a CA, and by what name; this shell may have one of its own.
    const ca = kafkaCaFile !== undefined && sources.kafkaCaFile === "file";
    if (!password && !ca) return undefined;
    return () => kafkaBySecret(place, values, { name: kafkaSecret, password, ca });
  };
  const mongo = () => {
    if (sources.mongoUrl === "flag" || sources.data === "flag") return undefined;
    if (values.mongo) return () => mongoInCluster(place, values);
    if (mongoSecret === undefined || mongoUrl !== undefined) return undefined;
    return () => mongoBySecret(place, values, mongoSecret);
  };
  return { kafka: kafka(), mongo: mongo() };
}

type Ways = ReturnType<typeof waysIn>;

function kafkaBy(
  way: NonNullable<Ways["kafka"]>,
  tunnels: Tunnels,
  opened: Opened,
  asksForUser: boolean,
): Pick<Subject, "kafka" | "log" | "kafkaLetsIn"> {
  const kafka = opened.once(async () => {
    const { settings, reach, ...signed } = await way();
    const options = reach === undefined ? {} : { reach };
    return await signingIn(signed, () => tunnels.through(() => openKafkaFor(settings, options)));
  });
  const letsIn: Subject["kafkaLetsIn"] = async (login) => {
    const { settings, reach } = await way();
    return await kafkaLetsIn(settings, login, reach === undefined ? {} : { reach });
  };
  return {
    ...{ kafka, log: kafka },
    ...(asksForUser ? { kafkaLetsIn: letsIn } : {}),
  };
}

function mongoBy(
  way: NonNullable<Ways["mongo"]>,
  tunnels: Tunnels,
  opened: Opened,
  around: Around,
): Required<Pick<Subject, "mongo" | "store">> {
  type Settings = Awaited<ReturnType<typeof way>>["settings"];
  const once = <T extends { close(): Promise<void> }>(open: (settings: Settings) => Promise<T>) =>
    opened.once(async () => {
      const { settings, ...signed } = await way();
      return await signingIn(signed, () => tunnels.through(() => open(settings)));
    });
  return {
    mongo: once((settings) => openMongoProbe(settings.mongoUrl, settings)),
    store: once((settings) => openStoreFor({ kind: "mongo", settings, name: "", words: "" }, around)),
  };
}
