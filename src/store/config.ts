import { secretText } from "../support/secret-text.ts";
import { duration, text, whole } from "../support/setting-types.ts";
import type { Settings, SettingValues } from "../support/settings.ts";
import { mongoUrl } from "./mongo-address.ts";

/** How to reach MongoDB; with a URL set, it takes the place of the store in the data folder. */
export const storeSettings = {
  mongoUrl: {
    path: "mongo.url",
    env: ["MONGO_URL"],
    flag: "mongo",
    hint: "URL",
    doc: "MongoDB connection string; do not put a password on a command line, where others can read it",
    type: mongoUrl,
    optional: true,
    secret: true,
  },
  mongoDatabase: {
    path: "mongo.database",
    env: ["CA3_MONGO_DATABASE"],
    doc: "Database to keep telemetry in; by default the one that the URL names, else ca3",
    type: text,
    optional: true,
  },
  mongoUsername: {
    path: "mongo.username",
    env: ["CA3_MONGO_USERNAME"],
    doc: "User to sign in to MongoDB as, when the URL names none; needs mongo.password",
    type: text,
    optional: true,
  },
  mongoPassword: {
    path: "mongo.password",
    env: ["CA3_MONGO_PASSWORD"],
    doc: "Password of that user",
    type: secretText,
    optional: true,
    secret: true,
  },
  mongoCaFile: {
    path: "mongo.caFile",
    env: ["CA3_MONGO_CA_FILE"],
    hint: "FILE",
    doc: "CA certificates (PEM) to trust for MongoDB, instead of those of this system; turns TLS on",
    type: text,
    optional: true,
  },
  mongoCertFile: {
    path: "mongo.certFile",
    env: ["CA3_MONGO_CERT_FILE"],
    hint: "FILE",
    doc: "Client certificate (PEM) for MongoDB; needs mongo.keyFile",
    type: text,
    optional: true,
  },
  mongoKeyFile: {
    path: "mongo.keyFile",
    env: ["CA3_MONGO_KEY_FILE"],
    hint: "FILE",
    doc: "Private key (PEM) of the client certificate",
    type: text,
    optional: true,
  },
  mongoTimeoutMs: {
    path: "mongo.timeout",
    env: ["CA3_MONGO_TIMEOUT"],
    doc: "How long one write may take before it is abandoned and retried",
    type: duration,
    default: 15_000,
  },
  mongoQueryTimeoutMs: {
    path: "mongo.queryTimeout",
    env: ["CA3_MONGO_QUERY_TIMEOUT"],
    doc: "How long one query may take before it is abandoned",
    type: duration,
    default: 30_000,
  },
  mongoPoolSize: {
    path: "mongo.poolSize",
    env: ["CA3_MONGO_POOL_SIZE"],
    doc: "Most connections to MongoDB",
    type: whole(1, 1_000),
    default: 24,
  },
} as const satisfies Settings;

export type StoreSettings = SettingValues<typeof storeSettings>;
