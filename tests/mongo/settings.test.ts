import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChosenStore } from "../../src/local/open-store.ts";
import { storeSettings } from "../../src/store/config.ts";
import type { TelemetryStore } from "../../src/store/port.ts";
import { type Ca3Error, isOutage } from "../../src/support/errors.ts";
import { stored } from "../contracts/store/samples.ts";
import { FaultProxy } from "../faults/real/proxy.ts";
import { type SecureMongo, startSecureMongo } from "../services/mongo/secure.ts";
import { startMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { freshName, settingsWith, withClient } from "./open.ts";

const DAY_MS = 86_400_000;
type Env = Readonly<Record<string, string>>;

/** One setting: what is seen with the variables of `given` alone, and what with those of `env` as well. */
type Row = {
  readonly given: Env;
  readonly env: Env;
  readonly effect: (env: Env) => Promise<unknown>;
  readonly without: unknown;
  readonly with: unknown;
};

/** Opens the store that the variables choose, in a folder of its own. */
async function using<T>(env: Env, use: (store: TelemetryStore, path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-store-settings-"));
  const storePath = join(folder, "store.db");
  try {
    const choice = { settings: settingsWith(env), storePath, retentionMs: DAY_MS };
    const store = await openChosenStore(choice);
    return await use(store, storePath).finally(() => store.close());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How opening ended. */
const opening = (env: Env): Promise<string> =>
  using(env, async () => "open").catch((error: Ca3Error) => error.code);

type Servers = { readonly plain: Awaited<ReturnType<typeof startMongo>>; readonly secure: SecureMongo };

/** Whether a call whose server has stopped answering is given up by our own limit, and not when the driver notices. */
const givingUp =
  ({ plain }: Servers, limit: string, call: (store: TelemetryStore) => Promise<unknown>) =>
  async (env: Env) => {
    await using link = await FaultProxy.open(plain.port);
    const MONGO_URL = plain.url.replace(String(plain.port), String(link.port));
    return await using({ ...env, MONGO_URL }, async (store) => {
      await store.ping();
      link.silence();
      const failure = await call(store).catch((error: Ca3Error) => error);
      expect(isOutage(failure)).toBe(true);
      return (failure as Ca3Error).message.endsWith(`within ${limit}`);
    });
  };

function effects(servers: Servers): Record<keyof typeof storeSettings, Row> {
  const { plain, secure } = servers;
  const { server, tlsServer, client, users } = secure;
  const [one, other] = [freshName(), freshName()];
  const { name, password } = users.writer;
  const tls = {
    ...{ MONGO_URL: tlsServer.url, CA3_MONGO_USERNAME: name, CA3_MONGO_PASSWORD: password },
    ...{ CA3_MONGO_CA_FILE: client.ca, CA3_MONGO_CERT_FILE: client.cert, CA3_MONGO_KEY_FILE: client.key },
  };
  const tlsWithout = (variable: keyof typeof tls) => {
    const { [variable]: value, ...given } = tls;
    return { given, env: { [variable]: value }, effect: opening };
  };
  const MONGO_URL = plain.url.replace("/ca3?", `/${one}?`);
  const made = (env: Env) =>
    using(env, () =>
      withClient(plain.url, async (direct) => {
        const { databases } = await direct.db("admin").admin().listDatabases();
        const names = databases.map((found) => found.name).filter((found) => [one, other].includes(found));
        for (const found of names) await direct.db(found).dropDatabase();
        return names;
      }),
    );
  return {
    mongoUrl: {
      ...{ given: {}, env: { MONGO_URL } },
      effect: (env) => using(env, async (_store, path) => existsSync(path)),
      ...{ without: true, with: false },
    },
    mongoDatabase: {
      ...{ given: { MONGO_URL }, env: { CA3_MONGO_DATABASE: other } },
      ...{ effect: made, without: [one], with: [other] },
    },
    mongoUsername: {
      given: { MONGO_URL: server.url, CA3_MONGO_PASSWORD: password },
      env: { CA3_MONGO_USERNAME: name },
      ...{ effect: opening, without: "CA3_CONFIG", with: "open" },
    },
    mongoPassword: {
      given: { MONGO_URL: server.url, CA3_MONGO_USERNAME: name },
      env: { CA3_MONGO_PASSWORD: password },
      ...{ effect: opening, without: "CA3_CONFIG", with: "open" },
    },
    mongoCaFile: { ...tlsWithout("CA3_MONGO_CA_FILE"), without: "CA3_STORE_TLS", with: "open" },
    mongoCertFile: { ...tlsWithout("CA3_MONGO_CERT_FILE"), without: "CA3_CONFIG", with: "open" },
    mongoKeyFile: { ...tlsWithout("CA3_MONGO_KEY_FILE"), without: "CA3_CONFIG", with: "open" },
    mongoTimeoutMs: {
      given: { CA3_MONGO_QUERY_TIMEOUT: "1s" },
      env: { CA3_MONGO_TIMEOUT: "700ms" },
      effect: givingUp(servers, "0.7 s", (store) => store.insertEvents([stored("late")])),
      ...{ without: false, with: true },
    },
    mongoQueryTimeoutMs: {
      given: { CA3_MONGO_TIMEOUT: "1s" },
      env: { CA3_MONGO_QUERY_TIMEOUT: "800ms" },
      effect: givingUp(servers, "0.8 s", (store) => store.freshness()),
      ...{ without: false, with: true },
    },
    mongoPoolSize: {
      ...{ given: {}, env: { CA3_MONGO_POOL_SIZE: "2" } },
      async effect(env) {
        await using link = await FaultProxy.open(plain.port);
        const url = plain.url.replace(String(plain.port), String(link.port));
        return await using({ ...env, MONGO_URL: url }, async (store) => {
          link.slow({ latencyMs: 50 });
          await Promise.all(Array.from({ length: 40 }, () => store.freshness()));
          // besides those of the pool the driver has one or two to watch the server
          return link.connections > 10;
        });
      },
      ...{ without: true, with: false },
    },
  };
}

async function start(): Promise<Servers & AsyncDisposable> {
  const [plain, secure] = await Promise.all([startMongo({ durable: false }), startSecureMongo()]);
  return {
    ...{ plain, secure },
    async [Symbol.asyncDispose]() {
      await Promise.all([plain, secure].map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

await withService("mongo", start, (servers) => {
  const table = effects(servers);
  test.concurrent.each(Object.entries(table))("%s has an effect", async (_name, row) => {
    expect(await row.effect(row.given)).toEqual(row.without);
    expect(await row.effect({ ...row.given, ...row.env })).toEqual(row.with);
  });

  test("every setting of the store is in the table above, with a variable that the table sets", () => {
    const rows = Object.entries(table).map(([name, { env }]) => [name, Object.keys(env)]);
    const declared = Object.entries(storeSettings).map(([name, { env }]) => [name, [...env]]);
    expect(rows.sort()).toEqual(declared.sort());
  });
});
