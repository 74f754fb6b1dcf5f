import { describe, expect, test } from "bun:test";
import { openMongoStore } from "../../src/store/mongo.ts";
import type { TelemetryStore } from "../../src/store/port.ts";
import { type Ca3Error, isOutage } from "../../src/support/errors.ts";
import { stored } from "../contracts/store/samples.ts";
import { FaultProxy } from "../faults/real/proxy.ts";
import { until } from "../helpers/until.ts";
import { startSecureMongo, type User } from "../services/mongo/secure.ts";
import { withService } from "../services/require.ts";
import { settingsWith } from "./open.ts";

const DAY_MS = 86_400_000;
type Env = Readonly<Record<string, string>>;

/** Opens, uses and closes; the error, or nothing. */
async function failureOf(
  url: string,
  env: Env,
  use: (store: TelemetryStore) => Promise<unknown> = () => Promise.resolve(),
  options: { readonly retentionMs?: number } = { retentionMs: DAY_MS },
): Promise<Ca3Error | undefined> {
  let store: TelemetryStore | undefined;
  try {
    store = await openMongoStore(url, { settings: settingsWith(env), ...options });
    await use(store);
    return undefined;
  } catch (error) {
    return error as Ca3Error;
  } finally {
    await store?.close();
  }
}

await withService("mongo", startSecureMongo, ({ server, tlsServer, client, stranger, users, ...mongo }) => {
  const asUser = ({ name, password }: User): Env => ({
    CA3_MONGO_USERNAME: name,
    CA3_MONGO_PASSWORD: password,
  });
  const inUrl = (url: string, { name, password }: User, options = "&authSource=admin") =>
    `${url.replace("://", `://${encodeURIComponent(name)}:${encodeURIComponent(password)}@`)}${options}`;
  const ca = { CA3_MONGO_CA_FILE: client.ca };
  const certificate = { CA3_MONGO_CERT_FILE: client.cert, CA3_MONGO_KEY_FILE: client.key };
  const strange = { CA3_MONGO_CERT_FILE: stranger.cert, CA3_MONGO_KEY_FILE: stranger.key };
  const { writer, reader, guest, leaver } = users;

  describe.each([
    ["a user of the settings", server.url, asUser(writer)],
    ["a user in the address", inUrl(server.url, writer), {}],
    ["a user with a certificate, over TLS", tlsServer.url, { ...asUser(writer), ...ca, ...certificate }],
  ])("%s", (_who, url, env) => {
    test("may prepare the collections, write and read", async () => {
      const id = crypto.randomUUID();
      const use = async (store: TelemetryStore) => {
        await store.insertEvents([stored(id)]);
        expect((await store.insertEvents([stored(id)])).duplicates.size).toBe(1);
        await store.expire(Date.now());
      };
      expect(await failureOf(url, env, use)).toBeUndefined();
    });
  });

  test.concurrent.each([
    ["a wrong password", server.url, { ...asUser(writer), CA3_MONGO_PASSWORD: "no" }, "CREDENTIALS", 4],
    ["an unknown user", server.url, asUser({ name: "nobody", password: "no" }), "CREDENTIALS", 4],
    [
      "a wrong password in the address",
      inUrl(server.url, { ...writer, password: "n" }),
      {},
      "CREDENTIALS",
      4,
    ],
    ["a user looked for in the wrong database", inUrl(server.url, writer, ""), {}, "CREDENTIALS", 4],
    ["no user where one is asked for", server.url, {}, "CREDENTIALS", 4],
    ["a user who may read only", server.url, asUser(reader), "FORBIDDEN", 4],
    ["a user without rights", server.url, asUser(guest), "FORBIDDEN", 4],
    [
      "a CA that the server is not from",
      tlsServer.url,
      { ...certificate, CA3_MONGO_CA_FILE: stranger.ca },
      "TLS",
      4,
    ],
    ["the CAs of the system", tlsServer.url, { ...asUser(writer), ...certificate }, "TLS", 4],
    ["no client certificate", tlsServer.url, { ...asUser(writer), ...ca }, "TLS", 4],
    ["a client certificate from elsewhere", tlsServer.url, { ...ca, ...strange }, "TLS", 4],
    ["TLS to a plain port", server.url, { ...asUser(writer), ...ca }, "TLS", 4],
    ["no TLS to a TLS port", tlsServer.url, asUser(writer), "UNREACHABLE", 1],
  ] as const)(
    "%s ends the start with the next step",
    async (_what, url, env, code, exitCode) => {
      const failure = await failureOf(url, env);
      expect(failure).toMatchObject({ code: `CA3_STORE_${code}`, exitCode, hint: expect.any(String) });
      const { port } = url === tlsServer.url ? tlsServer : server;
      if (code !== "FORBIDDEN") expect(failure!.message).toContain(`127.0.0.1:${port}`);
      for (const { password } of Object.values(users))
        expect(`${failure!.message} ${failure!.hint}`).not.toContain(password);
    },
    20_000,
  );

  test("what a report needs is the right to read", async () => {
    await failureOf(server.url, asUser(writer), (store) => store.insertEvents([stored("read")]));
    const use = async (store: TelemetryStore) => {
      expect((await Array.fromAsync(store.scanEvents())).length).toBeGreaterThan(0);
      await store.freshness();
      await store.countDeadLetters();
    };
    expect(await failureOf(server.url, asUser(reader), use, {})).toBeUndefined();
  });

  test("a write without the right to it is told at once, with the user and the role that is lacking", async () => {
    const use = (store: TelemetryStore) => store.insertEvents([stored("x")]);
    const failure = await failureOf(server.url, asUser(reader), use, {});
    expect(failure).toMatchObject({ code: "CA3_STORE_FORBIDDEN", exitCode: 4 });
    expect(`${failure!.message} ${failure!.hint}`).toMatch(/reader .*readWrite on ca3/s);
  });

  test.each([
    [
      "rights that are taken away and given back",
      (user: User) => ({ revokeRolesFromUser: user.name, roles: [{ role: "readWrite", db: "ca3" }] }),
      (user: User) => ({ grantRolesToUser: user.name, roles: [{ role: "readWrite", db: "ca3" }] }),
    ],
    [
      "a password that is changed and changed back",
      (user: User) => ({ updateUser: user.name, pwd: "another one" }),
      (user: User) => ({ updateUser: user.name, pwd: user.password }),
    ],
  ] as const)("%s are an outage that passes", async (_what, take, give) => {
    // a server may look at the rights of a connection only once, so connections end in between
    await using link = await FaultProxy.open(server.port);
    const settings = settingsWith(asUser(leaver));
    const url = server.url.replace(String(server.port), String(link.port));
    const store = await openMongoStore(url, { settings, retentionMs: DAY_MS });
    const insert = () => store.insertEvents([stored(crypto.randomUUID())]);
    await insert();
    const outage = () => insert().then(() => false, isOutage);
    await mongo.asAdmin((admin) => admin.db("admin").command(take(leaver)));
    await until("it is noticed", async () => {
      link.cut();
      return await outage();
    });
    await mongo.asAdmin((admin) => admin.db("admin").command(give(leaver)));
    await until("it has passed", async () => {
      link.cut();
      return !(await outage());
    });
    await store.close();
  });

  test("settings that cannot be are refused before anything is tried", async () => {
    const closed = "mongodb://127.0.0.1:1/ca3";
    for (const env of [{ CA3_MONGO_CERT_FILE: client.cert }, { CA3_MONGO_USERNAME: "ca3" }])
      expect(await failureOf(closed, env)).toMatchObject({ code: "CA3_CONFIG", exitCode: 2 });
    expect(await failureOf(inUrl(closed, writer, ""), asUser(writer))).toMatchObject({ code: "CA3_CONFIG" });
    const missing = { CA3_MONGO_CA_FILE: "/no/such/ca.pem" };
    expect(await failureOf(closed, missing)).toMatchObject({ code: "CA3_FILE", exitCode: 1 });
    for (const env of [
      { CA3_MONGO_CA_FILE: import.meta.path },
      { CA3_MONGO_CERT_FILE: client.cert, CA3_MONGO_KEY_FILE: client.cert },
      { CA3_MONGO_CERT_FILE: client.cert, CA3_MONGO_KEY_FILE: stranger.key },
    ])
      expect(await failureOf(closed, env)).toMatchObject({ code: "CA3_FILE", hint: expect.any(String) });
  });
});
