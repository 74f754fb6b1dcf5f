import { Ca3Error } from "../support/errors.ts";
import { Secret } from "../support/secret.ts";
import { type KafkaLogOptions, openKafkaLog } from "./kafka.ts";
import type { KafkaSettings } from "./kafka-config.ts";

export type KafkaLogin = { readonly username: string; readonly password: string };

/** Brokers that ask for a user hang up on who names none; so long that is waited for, ms. */
const HANGS_UP_MS = 1_000;

/**
 * Whether brokers that are known to answer let somebody in, by each way to sign in that settings can name; without a login,
 * whether they let anybody in. Rejects when that cannot be found out.
 */
export async function kafkaLetsIn(
  settings: KafkaSettings,
  login: KafkaLogin | undefined,
  options: Pick<KafkaLogOptions, "reach"> = {},
): Promise<boolean> {
  const { kafkaUsername: _user, kafkaPassword: _password, ...nobody } = settings;
  const ways =
    login === undefined
      ? [nobody as KafkaSettings]
      : ([...new Set([settings.kafkaSasl, "plain"] as const)].map((kafkaSasl) => ({
          ...{ ...nobody, kafkaSasl, kafkaUsername: login.username },
          kafkaPassword: new Secret(login.password),
        })) as KafkaSettings[]);
  const answers = await Promise.all(ways.map((way) => opens(way, login !== undefined, options)));
  return answers.includes(true);
}

async function opens(
  settings: KafkaSettings,
  named: boolean,
  options: Pick<KafkaLogOptions, "reach">,
): Promise<boolean> {
  try {
    const log = await openKafkaLog({
      settings,
      ...options,
      ...(named ? {} : { openTimeoutMs: HANGS_UP_MS }),
    });
    await log.close();
    return true;
  } catch (error) {
    const code = error instanceof Ca3Error ? error.code : "";
    if (code === "CA3_LOG_CREDENTIALS") return false;
    // Signed in, and without the right to do anything.
    if (code === "CA3_LOG_FORBIDDEN") return named;
    if (code === "CA3_LOG_UNREACHABLE" && !named) return false;
    throw error;
  }
}
