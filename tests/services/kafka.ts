import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cached, command } from "./cache.ts";
import { composeAnswers, startComposedKafka } from "./kafka/compose.ts";
import { brokerProperties, LOGGING, type Properties } from "./kafka/properties.ts";
import { accepts, freePort, type Service, startService } from "./process.ts";

const VERSION = "4.3.1";

/** A broker that a test may use; its topics and groups must have names of their own. */
export type SomeKafka = AsyncDisposable & {
  readonly brokers: string;
  /** Started for these tests: it deletes old records within a second, and gives partitions out at once. */
  readonly tuned: boolean;
};
export type Kafka = SomeKafka & Service & { readonly port: number };

/**
 * The broker that `CA3_KAFKA_URL` names (`host:port,…`), else one of Docker Compose when an engine answers, else one
 * from the Java package registry.
 */
export async function someKafka(): Promise<SomeKafka> {
  const url = process.env.CA3_KAFKA_URL;
  if (url) return { brokers: url, tuned: false, [Symbol.asyncDispose]: async () => {} };
  if (await composeAnswers()) return startComposedKafka(await freePort());
  return startKafka();
}

/** The broker's jars; needs `java` 17 and `mvn`. */
export async function kafkaJars(): Promise<string> {
  return cached(`kafka-${VERSION}`, async (folder) => {
    await command([
      ...["mvn", "-q", "-B", "-f", join(import.meta.dir, "kafka", "pom.xml")],
      ...["dependency:copy-dependencies", `-DoutputDirectory=${folder}`, "-DincludeScope=runtime"],
    ]);
  });
}

/** Without a dash at its beginning, which Kafka's tools would take for an option. */
export const clusterId = (): string => `ca3${randomBytes(16).toString("base64url").slice(3)}`;

/** Runs a class of the broker's jars to its end; its output is the answer. */
export async function kafkaTool(...words: readonly string[]): Promise<string> {
  return command(["java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", `${await kafkaJars()}/*`, ...words]);
}

export type BrokerOptions = {
  readonly port: number;
  readonly properties: (folder: string) => Properties;
  /** What formatting its disk needs besides, such as users. */
  readonly format?: readonly string[];
  readonly cluster?: string;
  /** Of an earlier start, to go on with its data. */
  readonly folder?: string;
};

/** Starts one broker with exactly these properties. */
export async function startBroker(options: BrokerOptions): Promise<Kafka> {
  const { port, properties, format = [], cluster = clusterId(), folder } = options;
  const classpath = `${await kafkaJars()}/*`;
  const java = (heap: string, ...rest: string[]) => [
    ...["java", heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
    ...["-Dlog4j2.configurationFile=log4j2.properties", "-cp", classpath, ...rest],
  ];
  const tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", "server.properties"];
  const formatting = [...tool, ...format];
  const lines = (all: Properties) =>
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("");
  const service = await startService({
    name: "kafka",
    ...(folder === undefined ? {} : { folder }),
    files: (home) => ({ "server.properties": lines(properties(home)), "log4j2.properties": LOGGING }),
    ...(folder === undefined ? { before: () => java("-Xmx128m", ...formatting) } : {}),
    command: () => java("-Xmx384m", "kafka.Kafka", "server.properties"),
    ready: async ({ output }) => output().includes("Kafka Server started") && (await accepts(port)),
    timeoutMs: 90_000,
  });
  return Object.assign(service, { brokers: `127.0.0.1:${port}`, port, tuned: true });
}

/** Starts one plain broker on a free port. `folder` and `port` of an earlier one restart it. */
export async function startKafka(earlier?: { folder: string; port: number }): Promise<Kafka> {
  const port = earlier?.port ?? (await freePort());
  const controller = await freePort();
  return startBroker({
    port,
    properties: (folder) => brokerProperties({ folder, port, controller }),
    ...(earlier ? { folder: earlier.folder } : {}),
  });
}
