import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cached, command } from "./cache.ts";
import { accepts, freePort, type Service, startService } from "./process.ts";

const VERSION = "4.3.1";

export type Kafka = Service & { readonly brokers: string; readonly port: number };

/** The broker's jars from the Java package registry; needs `java` 17 and `mvn`. */
async function jars(): Promise<string> {
  return cached(`kafka-${VERSION}`, async (folder) => {
    await command([
      ...["mvn", "-q", "-B", "-f", join(import.meta.dir, "kafka", "pom.xml")],
      ...["dependency:copy-dependencies", `-DoutputDirectory=${folder}`, "-DincludeScope=runtime"],
    ]);
  });
}

/** Starts one real broker (KRaft, combined) on a free port. `folder` and `port` of an earlier one restart it. */
export async function startKafka(earlier?: { folder: string; port: number }): Promise<Kafka> {
  const classpath = `${await jars()}/*`;
  const port = earlier?.port ?? (await freePort());
  const controller = await freePort();
  const java = (heap: string, ...rest: string[]) => [
    ...["java", heap, "-XX:+UseSerialGC", "-Dlog4j2.configurationFile=log4j2.properties", "-cp", classpath],
    ...rest,
  ];
  const service = await startService({
    name: "kafka",
    ...(earlier ? { folder: earlier.folder } : {}),
    files: (folder) => ({
      "server.properties": properties(folder, port, controller),
      "log4j2.properties": LOGGING,
    }),
    before: () => {
      const tool = ["kafka.tools.StorageTool", "format", "-t", clusterId(), "-c", "server.properties"];
      return java("-Xmx128m", ...tool, "--ignore-formatted");
    },
    command: () => java("-Xmx512m", "kafka.Kafka", "server.properties"),
    ready: async ({ output }) => output().includes("Kafka Server started") && (await accepts(port)),
    timeoutMs: 90_000,
  });
  return Object.assign(service, { brokers: `127.0.0.1:${port}`, port });
}

const clusterId = () => randomBytes(16).toString("base64url");

const LOGGING = `
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %m (%c)%n
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
`;

const properties = (folder: string, port: number, controller: number) => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, "data")}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
`;
