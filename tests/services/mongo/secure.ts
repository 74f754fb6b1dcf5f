import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { type Certificates, makeAuthority } from "../kafka/certificates.ts";
import { type Mongo, startMongo } from "../mongo.ts";

export type User = { readonly name: string; readonly password: string };

export type SecureMongo = AsyncDisposable & {
  /** Asks for a user. */
  readonly server: Mongo;
  /** Speaks TLS alone, and asks for a certificate as well as a user. */
  readonly tlsServer: Mongo;
  readonly client: Certificates;
  /** From an authority that the server does not know, which does not know the server either. */
  readonly stranger: Certificates;
  readonly users: typeof users;
  /** As somebody who may do everything, on both servers the same. */
  asAdmin<T>(use: (client: MongoClient) => Promise<T>): Promise<T>;
};

const DATABASE = "ca3";
const users = {
  admin: { name: "root", password: "correct horse" },
  /** What a processor needs; its password is one that an address cannot hold as it stands. */
  writer: { name: "ca3", password: "battery/staple@:%" },
  /** What a report needs. */
  reader: { name: "reader", password: "hard hat" },
  /** May sign in. */
  guest: { name: "guest", password: "mind the gap" },
  /** As `writer`, for tests that change what it may do. */
  leaver: { name: "leaver", password: "see you" },
} as const satisfies Record<string, User>;

const roles: Readonly<Record<string, readonly string[]>> = {
  ca3: ["readWrite"],
  leaver: ["readWrite"],
  reader: ["read"],
};

/** Two servers that sign users in and grant them rights, one of them behind TLS with client certificates. */
export async function startSecureMongo(): Promise<SecureMongo> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-mongo-tls-"));
  const authority = await makeAuthority(join(folder, "ours"));
  const [own, client] = [await authority.issue("server"), await authority.issue("client")];
  const stranger = await (await makeAuthority(join(folder, "theirs"))).issue("stranger");
  const server = await startMongo({ durable: false, more: ["--auth"] });
  const tls = [
    ...["--tls-cert-file", own.cert, "--tls-key-file", own.key],
    ...["--tls-ca-file", own.ca, "--tls-require-client-cert"],
  ];
  const tlsServer = await startMongo({ durable: false, more: ["--auth", ...tls] });
  const withTls = { tls: true, tlsCAFile: client.ca, tlsCertificateKeyFile: client.both };
  await addUsers(new MongoClient(server.url), new MongoClient(server.url, { auth: signIn, ...ADMIN }));
  await addUsers(
    new MongoClient(tlsServer.url, withTls),
    new MongoClient(tlsServer.url, { ...withTls, auth: signIn, ...ADMIN }),
  );
  return {
    ...{ server, tlsServer, client, stranger, users },
    async asAdmin(use) {
      const admin = new MongoClient(server.url, { auth: signIn, ...ADMIN });
      return await use(admin).finally(() => admin.close());
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await tlsServer[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ADMIN = { authSource: "admin" };
const signIn = { username: users.admin.name, password: users.admin.password };

/** The first user may be made by anybody on the same machine, the others by that one. */
async function addUsers(anybody: MongoClient, admin: MongoClient): Promise<void> {
  const { admin: first, ...others } = users;
  await create(anybody, first, ["root"]);
  await anybody.close();
  for (const user of Object.values(others))
    await create(
      admin,
      user,
      (roles[user.name] ?? []).map((role) => ({ role, db: DATABASE })),
    );
  await admin.close();
}

const create = (client: MongoClient, { name, password }: User, granted: readonly unknown[]) =>
  client.db("admin").command({ createUser: name, pwd: password, roles: granted });
