import { join } from "node:path";
import { cached, command } from "../../../tests/services/cache.ts";
import { LOGGING } from "../../../tests/services/kafka/properties.ts";
import { kafkaJars } from "../../../tests/services/kafka.ts";
import { freePort, type Service, startService } from "../../../tests/services/process.ts";

const VERSION = "2.0.1";

async function plugin(): Promise<string> {
  return cached(`mongo-kafka-connect-${VERSION}`, async (folder) => {
    await command([
      ...["mvn", "-q", "-B", "-f", join(import.meta.dir, "pom.xml"), "dependency:copy-dependencies"],
      ...[`-DoutputDirectory=${join(folder, "mongo")}`, "-DincludeScope=runtime"],
    ]);
  });
}

export type ConnectWorker = Service & { readonly rest: string };

/** Starts one worker of Kafka Connect as its own script would: with up to 2 GB of heap and all of the compiler. */
export async function startConnect(brokers: string): Promise<ConnectWorker> {
  const [port, plugins, jars] = [await freePort(), await plugin(), await kafkaJars()];
  const rest = `http://127.0.0.1:${port}`;
  const properties = (folder: string) => `
bootstrap.servers=${brokers}
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
value.converter.schemas.enable=false
offset.storage.file.filename=${join(folder, "offsets")}
# the default is a minute; progress could not be seen
offset.flush.interval.ms=250
connector.client.config.override.policy=All
plugin.path=${plugins}
listeners=${rest}
`;
  const service = await startService({
    name: "connect",
    files: (folder) => ({
      "worker.properties": properties(folder),
      "log4j2.properties": LOGGING.replace("level=INFO", "level=WARN"),
    }),
    command: () => [
      ...["java", "-Xms256m", "-Xmx2g", "-XX:+UseG1GC", "-Dlog4j2.configurationFile=log4j2.properties"],
      ...["-cp", `${jars}/*`, "org.apache.kafka.connect.cli.ConnectStandalone", "worker.properties"],
    ],
    ready: async () =>
      fetch(`${rest}/connector-plugins`).then(
        ({ ok }) => ok,
        () => false,
      ),
    timeoutMs: 180_000,
  });
  return Object.assign(service, { rest });
}
