import type { ConnectionOptions } from "node:tls";
import { Ca3Error } from "../../../support/errors.ts";
import type { Secret } from "../../../support/secret.ts";
import { readTlsFiles } from "../../../support/tls-files.ts";
import type { KafkaSettings } from "../../kafka-config.ts";

/** How brokers and client prove to each other who they are. */
export type Security = {
  readonly tls?: ConnectionOptions;
  readonly sasl?: { readonly mechanism: string; readonly username: string; readonly password: Secret };
};

type Wanted = Pick<
  KafkaSettings,
  | "kafkaTls"
  | "kafkaCaFile"
  | "kafkaCa"
  | "kafkaCertFile"
  | "kafkaKeyFile"
  | "kafkaSasl"
  | "kafkaUsername"
  | "kafkaPassword"
>;

/**
 * Reads the named files. Naming a CA or a client certificate asks for TLS, a user name for SASL. Throws CA3_CONFIG when
 * half of something is missing and CA3_FILE when a file cannot be used.
 */
export function securityFrom(wanted: Wanted): Security {
  const { kafkaCaFile, kafkaCa, kafkaCertFile, kafkaKeyFile, kafkaUsername, kafkaPassword } = wanted;
  if ((kafkaUsername === undefined) !== (kafkaPassword === undefined))
    throw incomplete("kafka.username and kafka.password belong together; only one of them is set");
  const files = readTlsFiles("kafka", {
    ...{ caFile: kafkaCaFile, ca: kafkaCa },
    certFile: kafkaCertFile,
    keyFile: kafkaKeyFile,
  });
  const ca = kafkaCaFile ?? kafkaCa;
  const tls = wanted.kafkaTls || ca !== undefined || kafkaCertFile !== undefined;
  return {
    ...(tls ? { tls: files } : {}),
    ...(kafkaUsername !== undefined && kafkaPassword !== undefined
      ? { sasl: { mechanism: wanted.kafkaSasl, username: kafkaUsername, password: kafkaPassword } }
      : {}),
  };
}

const incomplete = (problem: string): Ca3Error =>
  new Ca3Error("CA3_CONFIG", problem, { hint: "ca3 config explain" });
