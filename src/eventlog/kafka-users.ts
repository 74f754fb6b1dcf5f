import { pbkdf2Sync, randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Secret } from "../support/secret.ts";
import { addressesOf } from "./kafka/transport/addresses.ts";
import { KafkaClient } from "./kafka/transport/client.ts";
import { connectFirst } from "./kafka/transport/connect-first.ts";
import { explain } from "./kafka/transport/explain.ts";
import { NetworkError } from "./kafka/transport/failures.ts";
import { KafkaError } from "./kafka/transport/kafka-error.ts";
import { securityFrom } from "./kafka/transport/security.ts";
import { alterUsersRequest } from "./kafka/wire/scram-users.ts";
import type { KafkaSettings } from "./kafka-config.ts";

export type KafkaUser = { readonly name: string; readonly password: Secret };

/** As many as Kafka's own tools take. */
const ITERATIONS = 8_192;
const OPEN_WITHIN_MS = 60_000;
const LET_IN_WITHIN_MS = 30_000;
const AGAIN_AFTER_MS = 250;

/**
 * Lets Kafka know a user by SCRAM-SHA-512, or gives one that it knows a new password, and waits until that user can sign
 * in. `settings` say how to reach Kafka and who may make users. Throws what `openKafkaLog` throws.
 */
export async function ensureKafkaUser(
  settings: KafkaSettings,
  user: KafkaUser,
  clock: Clock = systemClock,
): Promise<void> {
  const admin = await openClient(settings, clock, OPEN_WITHIN_MS);
  try {
    await makeUser(admin, user);
  } catch (error) {
    throw explain(error, { doing: `cannot create the Kafka user ${user.name}`, proven: false });
  } finally {
    admin.close();
  }
  await untilLetIn(settings, user, clock);
}

async function makeUser(client: KafkaClient, { name, password }: KafkaUser): Promise<void> {
  const [node] = await client.nodes();
  if (node === undefined) throw new NetworkError("no broker is known");
  const salt = randomBytes(24);
  const saltedPassword = pbkdf2Sync(password.reveal(), salt, ITERATIONS, 64, "sha512");
  const request = alterUsersRequest([{ name, iterations: ITERATIONS, salt, saltedPassword }]);
  for (const { errorCode, detail } of await client.send(node, request))
    if (errorCode !== 0) throw new KafkaError(errorCode, detail ?? `user ${name}`);
}

/** Brokers hear of a new user a moment later than the controller. */
async function untilLetIn(settings: KafkaSettings, user: KafkaUser, clock: Clock): Promise<void> {
  const deadlineMs = clock.now() + LET_IN_WITHIN_MS;
  const own: KafkaSettings = {
    ...settings,
    ...{ kafkaSasl: "scram-sha-512", kafkaUsername: user.name, kafkaPassword: user.password },
  };
  for (;;) {
    try {
      (await openClient(own, clock, LET_IN_WITHIN_MS)).close();
      return;
    } catch (error) {
      const refused = error instanceof Ca3Error && error.code === "CA3_LOG_CREDENTIALS";
      if (!refused || clock.now() > deadlineMs) throw error;
      await clock.sleep(AGAIN_AFTER_MS);
    }
  }
}

async function openClient(settings: KafkaSettings, clock: Clock, timeoutMs: number): Promise<KafkaClient> {
  const bootstrap = addressesOf(settings.kafkaBootstrap ?? []);
  const client = new KafkaClient(bootstrap, {
    clientId: settings.kafkaClientId,
    security: securityFrom(settings),
    ...{ connectTimeoutMs: 5_000, requestTimeoutMs: 15_000, debug: () => {} },
  });
  try {
    await connectFirst(client, bootstrap, clock, timeoutMs);
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}
