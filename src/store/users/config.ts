import { secretText } from "../../support/secret-text.ts";
import { list, text } from "../../support/setting-types.ts";
import type { Settings, SettingValues } from "../../support/settings.ts";
import { storeSettings } from "../config.ts";

/** A replica set to begin and the user that it is to know; `mongo` says how to reach its first member, and as whom. */
export const mongoSetupSettings = {
  ...storeSettings,
  replicaSet: {
    path: "bootstrap.mongo.replicaSet",
    env: ["CA3_MONGO_REPLICA_SET"],
    doc: "Name of the replica set",
    type: text,
    default: "rs0",
  },
  members: {
    path: "bootstrap.mongo.members",
    env: ["CA3_MONGO_MEMBERS"],
    flag: "member",
    hint: "HOST:PORT",
    doc: "Members of the replica set by the addresses that clients use, in order",
    type: list,
    optional: true,
  },
  newUser: {
    path: "bootstrap.mongo.user",
    env: ["CA3_NEW_MONGO_USER"],
    flag: "mongo-user",
    hint: "NAME",
    doc: "User that may read and write the database",
    type: text,
    default: "ca3",
  },
  newPassword: {
    path: "bootstrap.mongo.password",
    env: ["CA3_NEW_MONGO_PASSWORD"],
    doc: "Password of that user",
    type: secretText,
    optional: true,
    secret: true,
  },
} as const satisfies Settings;

export type MongoSetupSettings = SettingValues<typeof mongoSetupSettings>;
