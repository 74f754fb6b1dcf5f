import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import startScript from "../../assets/scripts/kafka-start.sh" with { type: "text" };
import { clusterId, kafkaJars } from "../services/kafka.ts";
import { accepts, freePort, type Service, startService } from "../services/process.ts";
import { objectsIn, only, stagesFor } from "./wishes.ts";

export type KafkaPod = AsyncDisposable & {
  readonly brokers: string;
  readonly brokerPassword: string;
  output(): string;
  /** As when the pod is deleted: the disk stays. */
  restart(): Promise<void>;
};

/** The name of a pod whose name with its domain is the loopback address, so that no name has to be looked up. */
const POD = { POD_NAME: "127", PEERS: "0.0.1" };

/** Runs what the Kafka pod runs: the script and the settings of the manifests, with the real broker. */
export async function startKafkaPod(): Promise<KafkaPod> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-kafka-pod-"));
  const [port, controller] = [await freePort(), await freePort()];
  const brokerPassword = "a password of brokers";
  const [config, secrets, run] = ["config", "secrets", "run"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [config, secrets, run, join(folder, "home")]) mkdirSync(one);
  symlinkSync(await kafkaJars(), join(folder, "home", "libs"));
  const configMap = only(
    objectsIn(await stagesFor("deploy: { profile: small }")),
    "ConfigMap",
    "kafka-config",
  );
  for (const [name, text] of Object.entries(configMap["data"] as Record<string, string>))
    writeFileSync(join(config, name), here(text, { port, controller, folder }));
  writeFileSync(join(secrets, "cluster-id"), clusterId());
  writeFileSync(join(secrets, "broker-password"), brokerPassword);

  const start = (): Promise<Service> =>
    startService({
      name: "kafka-pod",
      folder,
      files: () => ({ "start.sh": startScript }),
      command: () => ["/bin/sh", "start.sh"],
      env: {
        ...POD,
        ...{ PORT: String(port), HEAP: "256", KAFKA_HOME: join(folder, "home") },
        ...{ CA3_CONFIG_DIR: config, CA3_SECRETS_DIR: secrets, CA3_RUN_DIR: run },
      },
      ready: () => accepts(port),
      timeoutMs: 120_000,
    });
  let service = await start();
  return {
    brokers: `127.0.0.1:${port}`,
    brokerPassword,
    output: () => service.output(),
    async restart() {
      await service.kill("SIGTERM");
      service = await start();
    },
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The settings of the manifest with the addresses and the disk of this machine. */
const here = (text: string, at: { port: number; controller: number; folder: string }): string =>
  text
    .replace(/^controller.quorum.voters=.*$/m, `controller.quorum.voters=127@127.0.0.1:${at.controller}`)
    .replace(
      /^listeners=.*$/m,
      `listeners=CLIENT://127.0.0.1:${at.port},CONTROLLER://127.0.0.1:${at.controller}`,
    )
    .replace(/^log.dirs=.*$/m, `log.dirs=${join(at.folder, "data")}`);
