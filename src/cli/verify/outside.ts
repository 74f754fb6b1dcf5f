import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { kafkaLetsIn } from "../../eventlog/kafka-login.ts";
import { dataFiles } from "../../local/data-files.ts";
import { openMongoProbe } from "../../store/mongo-probe.ts";
import { apiAt } from "../../verify/web-api.ts";
import { openKafkaFor, openLogFor } from "../open-log.ts";
import { openStoreFor } from "../open-store.ts";
import { type StoreChoice, writtenStore } from "../store-choice.ts";
import type { Around, Found, Verified } from "./found.ts";
import { Opened } from "./once.ts";

/** Where `ca3 up` listens unless told otherwise. */
const USUAL_API = "http://127.0.0.1:8080";

/** What has an address or a folder; the usual ones only where nothing else is meant. */
export function outside({ values, sources }: Verified, { cwd }: Around, usual = true): Found {
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
