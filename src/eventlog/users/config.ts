import { secretText } from "../../support/secret-text.ts";
import { text } from "../../support/setting-types.ts";
import type { Settings, SettingValues } from "../../support/settings.ts";
import { kafkaSettings } from "../kafka-config.ts";

/** The user that Kafka is to know; the settings of Kafka itself say who may make one. */
export const kafkaUserSettings = {
  ...kafkaSettings,
  newUser: {
    path: "bootstrap.kafka.user",
    env: ["CA3_NEW_KAFKA_USER"],
    flag: "kafka-user",
    hint: "NAME",
    doc: "Kafka user to create",
    type: text,
    default: "ca3",
  },
  newPassword: {
    path: "bootstrap.kafka.password",
    env: ["CA3_NEW_KAFKA_PASSWORD"],
    doc: "Password of that user",
    type: secretText,
    optional: true,
    secret: true,
  },
} as const satisfies Settings;

export type KafkaUserSettings = SettingValues<typeof kafkaUserSettings>;
