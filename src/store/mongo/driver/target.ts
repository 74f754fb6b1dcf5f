import type { MongoClientOptions } from "mongodb";
import { withoutCredentials } from "../../../support/credentials.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { Secret } from "../../../support/secret.ts";
import { readTlsFiles } from "../../../support/tls-files.ts";
import type { StoreSettings } from "../../config.ts";
import { DEFAULT_DATABASE, decoded, readAddress } from "../../mongo-address.ts";

/** Where to connect to and how to speak of it. */
export type Target = {
  readonly url: Secret;
  readonly database: string;
  /** The hosts, as the URL names them; fit for a message. */
  readonly where: string;
  readonly user: string | undefined;
  /** Connections are to be encrypted. */
  readonly tls: boolean;
  readonly options: MongoClientOptions;
};

/** Reads the named files. Throws CA3_CONFIG for what cannot be an address, and CA3_FILE when a file cannot be used. */
export function targetOf(url: Secret | string, settings: StoreSettings): Target {
  const text = typeof url === "string" ? url : url.reveal();
  const address = readAddress(text);
  if (address === undefined)
    throw wrong(`${withoutCredentials(JSON.stringify(text))} is not the address of a MongoDB server`);
  const { credentials, hosts } = address;
  const { mongoUsername, mongoPassword } = settings;
  if ((mongoUsername === undefined) !== (mongoPassword === undefined))
    throw incomplete("mongo.username and mongo.password belong together; only one of them is set");
  if (credentials !== undefined && mongoUsername !== undefined)
    throw incomplete("a user is named by mongo.url and by mongo.username; set one of them");
  const database = settings.mongoDatabase ?? (address.database || DEFAULT_DATABASE);
  if (/[/\\. "$*<>:|?\0]/.test(database) || database.length > 63)
    throw wrong(`${JSON.stringify(database)} cannot be the name of a database`);
  const tls = tlsOptions(settings);
  return {
    url: new Secret(text),
    tls: tls.tls === true || /^mongodb\+srv:|[?&](tls|ssl)=true\b/i.test(text),
    database,
    where: hosts,
    user: mongoUsername ?? (credentials === undefined ? undefined : decoded(credentials.split(":")[0]!)),
    options: {
      ...tls,
      ...(mongoUsername !== undefined && mongoPassword !== undefined
        ? { auth: { username: mongoUsername, password: mongoPassword.reveal() } }
        : {}),
      // a user in the URL belongs to the database that it names; one of our settings to the usual place of users
      ...(mongoUsername !== undefined && !/[?&]authSource=/i.test(text) ? { authSource: "admin" } : {}),
    },
  };
}

function tlsOptions({ mongoCaFile, mongoCertFile, mongoKeyFile }: StoreSettings): MongoClientOptions {
  const files = { caFile: mongoCaFile, certFile: mongoCertFile, keyFile: mongoKeyFile };
  const { ca, cert, key } = readTlsFiles("mongo", files);
  if (ca === undefined && cert === undefined) return {};
  return { tls: true, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/** The driver does not like the address. Its words may hold a part of it, but never a password. */
export function wrong(what: string): Ca3Error {
  return new Ca3Error("CA3_CONFIG", `mongo.url: ${what}`, {
    hint: "set MONGO_URL, such as mongodb://localhost:27017/ca3",
  });
}

const incomplete = (what: string): Ca3Error =>
  new Ca3Error("CA3_CONFIG", what, { hint: "ca3 config explain" });
