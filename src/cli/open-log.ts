import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { KafkaLogOptions } from "../eventlog/kafka.ts";
import type { KafkaSettings, kafkaSettings } from "../eventlog/kafka-config.ts";
import type { EventLog } from "../eventlog/port.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Resolved } from "../support/settings.ts";
import type { storeChoiceSettings } from "./store-choice.ts";

/** Opens the event log of an existing data folder. Throws CA3_FILE when it holds none. */
export async function openLogFor({ data, cwd }: { data: string; cwd: string }): Promise<EventLog> {
  const [{ openEmbeddedLog }, { dataFiles }] = await Promise.all([
    import("../eventlog/embedded.ts"),
    import("../local/data-files.ts"),
  ]);
  const { logPath } = dataFiles(resolve(cwd, data));
  if (!existsSync(logPath))
    throw new Ca3Error("CA3_FILE", `the data folder ${data} holds no event log`, {
      hint: `ca3 up --data ${data}`,
    });
  return openEmbeddedLog(logPath);
}

/**
 * Opens the event log that belongs to a store: Kafka where brokers are named, else that of the data folder. A folder that
 * the command line names is meant, whatever brokers the environment or the file names.
 */
export async function openLogBeside(
  {
    values,
    sources,
  }: Pick<Resolved<typeof storeChoiceSettings & typeof kafkaSettings>, "values" | "sources">,
  cwd: string,
): Promise<EventLog> {
  const folderMeant = sources.data === "flag" && sources.kafkaBootstrap !== "flag";
  if (values.kafkaBootstrap === undefined || folderMeant) return await openLogFor({ data: values.data, cwd });
  return await openKafkaFor(values);
}

/** Opens Kafka for a command that works on nothing else. Throws CA3_USAGE when no brokers are named. */
export async function openKafkaFor(
  settings: KafkaSettings,
  options: Pick<KafkaLogOptions, "addPartitions" | "reach"> = {},
): Promise<EventLog> {
  if (settings.kafkaBootstrap === undefined)
    throw new Ca3Error("CA3_USAGE", "no Kafka brokers are named", {
      hint: "add --kafka host:9092, or set KAFKA_BOOTSTRAP",
    });
  return (await import("../eventlog/kafka.ts")).openKafkaLog({ settings, ...options });
}
