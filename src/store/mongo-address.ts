import { Secret } from "../support/secret.ts";
import { text, type ValueType } from "../support/setting-types.ts";

/** The parts of a connection string that matter to us; the driver reads it again for itself. */
export type MongoAddress = {
  /** `user:password` as written, when there is one. */
  readonly credentials: string | undefined;
  /** `host:port,…` as written; fit for a message. */
  readonly hosts: string;
  /** The database that it names, decoded; empty when it names none. */
  readonly database: string;
};

/** Where telemetry is kept when neither the address nor a setting names a database. */
export const DEFAULT_DATABASE = "ca3";

/** Scheme, user and password, hosts, database, options. */
const SHAPE = /^mongodb(?:\+srv)?:\/\/(?:([^@/]*)@)?([^/?@\s]+)(?:\/([^?]*))?(?:\?.*)?$/;

/** Nothing when the text cannot be the address of a MongoDB server. */
export function readAddress(address: string): MongoAddress | undefined {
  const [, credentials, hosts, path] = SHAPE.exec(address) ?? [];
  return hosts === undefined ? undefined : { credentials, hosts, database: decoded(path ?? "") };
}

/** A connection string, which is never printed because it may hold a password. */
export const mongoUrl: ValueType<Secret> = {
  schema: { type: "string", pattern: "^mongodb(\\+srv)?://." },
  parse: (raw) => {
    const parsed = text.parse(raw);
    return "value" in parsed && readAddress(parsed.value)
      ? { value: new Secret(parsed.value) }
      : {
          problem:
            "expected mongodb://host:27017/database; in a user or password, write @ as %40, : as %3A and / as %2F",
        };
  },
};

/** A database and its servers in words: `ca3 at db-1:27017,db-2:27017`. */
export function mongoName(url: Secret, database: string | undefined): string {
  const address = readAddress(url.reveal());
  return `${database ?? (address?.database || DEFAULT_DATABASE)} at ${address?.hosts}`;
}

/** Percent-encoded text as it was meant, or as it stands. */
export function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
