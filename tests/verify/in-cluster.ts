import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeClient } from "../../src/k8s/client/client.ts";
import { denyAll } from "../../src/k8s/manifests/network/policy.ts";
import { type ApiServer, startApiServer } from "../cluster/kit/api-server.ts";
import { Entry } from "../entrypoints/rig.ts";
import { FaultProxy } from "../faults/real/proxy.ts";
import { ca3 } from "../helpers/cli.ts";
import { type KafkaPod, startKafkaPod } from "../k8s/kafka-pod.ts";
import { openClient } from "../k8s/open.ts";
import { PLAIN_STREAMS, pretendStreams, readyPod, type Streams } from "../k8s/pretend-streams.ts";
import { type SecureMongo, startSecureMongo } from "../services/mongo/secure.ts";

/** Of every service; tests look for it where it must not be. */
export const PASSWORD = "a password of services";
/** Of the API, also for tests that ask it themselves. */
export const TOKEN = "a-token-of-the-api-of-ca3";

/** A cluster in which a pipeline runs: the objects are in a real API server, and what its pods run is beside it. */
export type Pipeline = AsyncDisposable & {
  readonly api: ApiServer;
  readonly client: KubeClient;
  readonly streams: Streams;
  readonly mongo: SecureMongo;
  /** Addresses of Kafka, reached without the cluster. */
  readonly brokers: string;
  readonly processor: Entry;
  /** Between the processor and its store. */
  readonly link: FaultProxy;
  /** Where commands run, and their environment. */
  readonly around: { readonly cwd: string; readonly env: { readonly KUBECONFIG: string } };
  /** Lets somebody in to Kafka. */
  letIn(user: string, password: string): Promise<void>;
};

export async function startPipeline(): Promise<Pipeline> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-in-cluster-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  const [kafka, mongo, api] = await Promise.all([
    startKafkaPod(),
    startSecureMongo(),
    startApiServer({ more: PLAIN_STREAMS }),
  ]);
  for (const one of [kafka, mongo, api]) stack.use(one);
  const client = openClient(api.kubeconfig);
  const streams = stack.use(await pretendStreams(api, client, "node-1"));
  const letIn = bootstrapped(kafka, folder);
  await letIn("ca3", PASSWORD);
  const access = {
    ...{ KAFKA_BOOTSTRAP: kafka.brokers, CA3_KAFKA_USERNAME: "ca3", CA3_KAFKA_PASSWORD: PASSWORD },
    ...{ CA3_API_TOKEN: TOKEN },
  };
  const { writer } = mongo.users;
  const link = stack.use(await FaultProxy.open(mongo.server.port));
  const linked = mongo.server.url.replace(String(mongo.server.port), String(link.port));
  const database = {
    ...{ MONGO_URL: linked, CA3_MONGO_USERNAME: writer.name, CA3_MONGO_PASSWORD: writer.password },
  };
  const created = await ca3("topics create", { env: access });
  if (created.code !== 0) throw new Error(created.notes);
  const processor = stack.use(new Entry(["processor"], { ...access, ...database }));
  stack.use(new Entry(["producer", "--source", "synthetic", "--to", "kafka"], access));
  await processor.untilReady();

  streams.leads.set("kafka-0:9092", Number(kafka.brokers.split(":")[1]));
  streams.leads.set("mongo-0:27017", mongo.server.port);
  streams.leads.set("processor-0:8080", Number(new URL((await processor.get("/health")).url).port));
  for (const name of ["platform", "app", "monitoring"])
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const of of ["kafka", "mongo"])
    await readyPod(client, { node: "node-1", namespace: "platform", name: `${of}-0`, of });
  // What the broker calls itself on this machine: the first part of its name is its pod.
  await readyPod(client, { node: "node-1", namespace: "platform", name: "127", of: "broker" });
  await readyPod(client, { node: "node-1", namespace: "app", name: "processor-0", of: "processor" });
  await client.apply(service("kafka", 9092));
  await client.apply(denyAll("app"));
  await client.apply(secret("kafka-client", { password: PASSWORD }));
  await client.apply(secret("mongo-client", { password: writer.password }));
  await client.apply(secret("api-token", { token: TOKEN }));
  const owned = stack.move();
  return {
    ...{
      api,
      client,
      streams,
      mongo,
      brokers: kafka.brokers,
      letIn,
      processor,
      link,
      around: { cwd: folder, env: { KUBECONFIG: api.kubeconfig } },
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** As the setup job of a deployment does it. */
const bootstrapped =
  ({ brokers, brokerPassword }: KafkaPod, folder: string) =>
  async (user: string, password: string): Promise<void> => {
    const file = join(folder, `password-${user}`);
    writeFileSync(file, password);
    const { code, notes } = await ca3(["bootstrap", "kafka", "--kafka-user", user], {
      env: {
        ...{ KAFKA_BOOTSTRAP: brokers, CA3_KAFKA_SASL: "plain", CA3_KAFKA_USERNAME: "broker" },
        ...{ CA3_KAFKA_PASSWORD: brokerPassword, CA3_NEW_KAFKA_PASSWORD_FILE: file },
      },
    });
    if (code !== 0) throw new Error(notes);
  };

/** A Secret of the namespace of the services. */
export const secret = (name: string, stringData: Record<string, string>) => ({
  ...{ apiVersion: "v1", kind: "Secret", metadata: { namespace: "app", name } },
  ...{ data: Object.fromEntries(Object.entries(stringData).map(([key, text]) => [key, btoa(text)])) },
});

const service = (name: string, port: number) => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: { namespace: "platform", name } },
  spec: { selector: { "app.kubernetes.io/name": name }, ports: [{ port }] },
});
