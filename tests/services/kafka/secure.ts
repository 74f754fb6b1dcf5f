import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kafka, kafkaTool, startBroker } from "../kafka.ts";
import { freePort } from "../process.ts";
import { type Certificates, makeAuthority } from "./certificates.ts";
import { brokerProperties } from "./properties.ts";

export type SecureKafka = AsyncDisposable & {
  readonly broker: Kafka;
  /** Addresses of its listeners: user and password over plain text or TLS, TLS with a client certificate. */
  readonly listeners: { readonly sasl: string; readonly saslTls: string; readonly tls: string };
  readonly client: Certificates;
  /** From an authority that the broker does not know, which does not know the broker either. */
  readonly stranger: Certificates;
  /** `admin` and `leaver` may do everything; `guest` may sign in and do nothing. */
  readonly users: { readonly admin: User; readonly guest: User; readonly leaver: User };
  /** Takes a user the right to sign in, or gives it back; connections notice within eight seconds. */
  revoke(user: User): Promise<void>;
  restore(user: User): Promise<void>;
};
export type User = { readonly name: string; readonly password: string };

const users = {
  admin: { name: "ca3", password: "correct horse" },
  guest: { name: "guest", password: "battery staple" },
  leaver: { name: "leaver", password: "hard hat" },
};

/** One broker that signs users in with SCRAM, asks for certificates, and grants rights. */
export async function startSecureKafka(): Promise<SecureKafka> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-kafka-tls-"));
  const authority = await makeAuthority(join(folder, "ours"));
  const [server, client] = [await authority.issue("broker"), await authority.issue("client")];
  const stranger = await (await makeAuthority(join(folder, "theirs"))).issue("stranger");
  const [port, controller] = [await freePort(), await freePort()];
  const [sasl, saslTls, tls] = [await freePort(), await freePort(), await freePort()];
  const names = { PLAINTEXT: port, SASL_PLAINTEXT: sasl, SASL_SSL: saslTls, SSL: tls };
  const listeners = Object.entries(names).map(([name, at]) => `${name}://127.0.0.1:${at}`);
  const broker = await startBroker({
    port,
    format: Object.values(users).flatMap(({ name, password }) => [
      "--add-scram",
      `SCRAM-SHA-512=[name=${name},password=${password}]`,
    ]),
    properties: (home) => ({
      ...brokerProperties({ folder: home, port, controller }),
      listeners: [...listeners, `CONTROLLER://127.0.0.1:${controller}`].join(","),
      "advertised.listeners": listeners.join(","),
      "inter.broker.listener.name": "PLAINTEXT",
      "listener.security.protocol.map": [
        ...Object.keys(names).map((name) => `${name}:${name}`),
        "CONTROLLER:PLAINTEXT",
      ].join(),
      "sasl.enabled.mechanisms": "SCRAM-SHA-512",
      "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config": JAAS,
      "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": JAAS,
      "ssl.keystore.type": "PEM",
      "ssl.keystore.location": server.both,
      "ssl.truststore.type": "PEM",
      "ssl.truststore.location": server.ca,
      "listener.name.ssl.ssl.client.auth": "required",
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "super.users": "User:ANONYMOUS;User:ca3;User:leaver;User:CN=client",
      "listener.name.sasl_plaintext.connections.max.reauth.ms": 8_000,
    }),
  });
  const at = (where: number) => `127.0.0.1:${where}`;
  return {
    ...{ broker, client, stranger, users },
    revoke: ({ name }) => alterUser(broker, name, ["--delete-config", "SCRAM-SHA-512"]),
    restore: ({ name, password }) =>
      alterUser(broker, name, ["--add-config", `SCRAM-SHA-512=[password=${password}]`]),
    listeners: { sasl: at(sasl), saslTls: at(saslTls), tls: at(tls) },
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function alterUser({ brokers }: Kafka, name: string, change: readonly string[]): Promise<void> {
  const tool = ["kafka.admin.ConfigCommand", "--bootstrap-server", brokers, "--alter"];
  await kafkaTool(...tool, "--entity-type", "users", "--entity-name", name, ...change);
}

const JAAS = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
