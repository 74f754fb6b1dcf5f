import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Entry } from "../entrypoints/rig.ts";
import { FaultProxy } from "../faults/real/proxy.ts";
import { ca3 } from "../helpers/cli.ts";
import { startSecureMongo } from "../services/mongo/secure.ts";
import { withService } from "../services/require.ts";

/** Within this it has to be said what is wrong, and what this machine may add. */
const LIMIT_MS = 10_000;
const SLACK_MS = 10_000;

/** A server that answers whatever it is told with the same words. */
async function startTalker(words: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {}).on("data", () => void socket.write(words));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

async function start() {
  const secure = await startSecureMongo();
  const silent = await FaultProxy.open(secure.server.port);
  silent.silence();
  const web = await startTalker("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  const folder = mkdtempSync(join(tmpdir(), "ca3-bad-mongo-"));
  return {
    ...{ secure, silent, web, folder },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true });
      await Promise.all([secure, silent, web].map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

await withService("mongo", start, ({ secure, silent, web, folder }) => {
  const { server, tlsServer, users, client, stranger } = secure;
  const fileWith = (name: string, text: string): string => {
    writeFileSync(join(folder, name), `${text}\n`);
    return join(folder, name);
  };
  const asUser = ({ name, password }: { name: string; password: string }) => ({
    CA3_MONGO_USERNAME: name,
    CA3_MONGO_PASSWORD_FILE: fileWith(name, password),
  });
  const wrong = { ...asUser(users.writer), CA3_MONGO_PASSWORD_FILE: fileWith("wrong", "no") };
  const otherCa = {
    CA3_MONGO_CA_FILE: stranger.ca,
    CA3_MONGO_CERT_FILE: client.cert,
    CA3_MONGO_KEY_FILE: client.key,
  };

  type Row = readonly [
    what: string,
    url: string,
    env: Record<string, string>,
    code: string,
    exitCode: number,
  ];
  const everybody: readonly Row[] = [
    ["a host that is not known", "mongodb://no-such-host.invalid/ca3", {}, "CA3_STORE_UNREACHABLE", 1],
    [
      "a service name that is not known",
      "mongodb+srv://no-such-host.invalid/ca3",
      {},
      "CA3_STORE_UNREACHABLE",
      1,
    ],
    ["nobody there", "mongodb://127.0.0.1:1/ca3", {}, "CA3_STORE_UNREACHABLE", 1],
    ["somebody who never answers", `mongodb://127.0.0.1:${silent.port}/ca3`, {}, "CA3_STORE_UNREACHABLE", 1],
    ["a web server", `mongodb://127.0.0.1:${web.port}/ca3`, {}, "CA3_STORE_UNREACHABLE", 1],
    ["no user where one is asked for", server.url, {}, "CA3_STORE_CREDENTIALS", 4],
    ["a wrong password", server.url, wrong, "CA3_STORE_CREDENTIALS", 4],
    ["a user without rights", server.url, asUser(users.guest), "CA3_STORE_FORBIDDEN", 4],
    ["the wrong CA", tlsServer.url, { ...asUser(users.writer), ...otherCa }, "CA3_STORE_TLS", 4],
    ["no address", "localhost:27017", {}, "CA3_CONFIG", 2],
    ["an option that nothing knows", "mongodb://127.0.0.1:1/ca3?retryWirtes=true", {}, "CA3_CONFIG", 2],
    ["a name no database can have", "mongodb://127.0.0.1:1/ca%243", {}, "CA3_CONFIG", 2],
    [
      "a file of a password that is not there",
      server.url,
      { ...wrong, CA3_MONGO_PASSWORD_FILE: join(folder, "none") },
      "CA3_CONFIG",
      2,
    ],
  ];
  /** One of each kind, because a process of its own is dear, and what only a writer notices. */
  const writers: readonly Row[] = [
    ...everybody.filter(([, , , code], at) => everybody.findIndex((row) => row[3] === code) === at),
    ["a user who may read only", server.url, asUser(users.reader), "CA3_STORE_FORBIDDEN", 4],
  ];
  const secrets = Object.values(users).map(({ password }) => password);

  test.concurrent.each(writers)(
    "ca3 processor: %s ends it with one line that says what to do",
    async (_what, url, env, code, exitCode) => {
      const MONGO_URL_FILE = fileWith(`url-${crypto.randomUUID()}`, url);
      const data = mkdtempSync(join(folder, "data-"));
      await using entry = new Entry(["processor"], { MONGO_URL_FILE, CA3_DATA: data, ...env });
      expect(await entry.exited).toBe(exitCode);
      const times = entry.lines.map(({ ts }) => Date.parse(String(ts)));
      expect(times.at(-1)! - times[0]!).toBeLessThan(LIMIT_MS + SLACK_MS);
      expect(entry.strays).toEqual([]);
      const errors = entry.lines.filter(({ level }) => level === "error" || level === "warn");
      expect(errors).toMatchObject([{ code, exitCode, hint: expect.any(String), error: expect.any(String) }]);
      for (const secret of secrets) expect(JSON.stringify(entry.lines)).not.toContain(secret);
    },
  );

  test.concurrent.each(everybody)(
    "ca3 report: %s ends it with what to do",
    async (_what, url, env, code, exitCode) => {
      const startMs = performance.now();
      const { code: exit, out, notes } = await ca3("report", { env: { MONGO_URL: url, ...env } });
      expect(performance.now() - startMs).toBeLessThan(LIMIT_MS + SLACK_MS);
      expect([exit, out]).toEqual([exitCode, ""]);
      expect(notes).toMatch(new RegExp(`^error: .+\n( +.+\n)* *try: .+\n *see: ca3 help errors ${code}$`));
      for (const secret of secrets) expect(notes).not.toContain(secret);
    },
  );

  describe("a password in an address", () => {
    const url = "mongodb://ca3:hunter2@127.0.0.1:1/ca3";
    test.each([
      ["report", {}],
      ["dlq list", {}],
      ["config explain", {}],
      ["config check", {}],
      ["report", { CA3_MONGO_USERNAME: "somebody", CA3_MONGO_PASSWORD: "hunter2" }],
    ])("is not in what ca3 %s says: %j", async (line, env) => {
      const { out, notes } = await ca3(line, { env: { MONGO_URL: url, ...env } });
      expect(`${out}${notes}`).not.toContain("hunter2");
      expect(`${out}${notes}`.length).toBeGreaterThan(20);
    });
  });

  test("--data and --mongo name two stores, and a folder that is named is meant", async () => {
    expect(await ca3("report --data x --mongo mongodb://127.0.0.1:1/ca3")).toMatchObject({
      code: 2,
      notes: expect.stringContaining("--data and --mongo name two stores"),
    });
    const named = await ca3("report --data x", { env: { MONGO_URL: "mongodb://127.0.0.1:1/ca3" } });
    expect(named.notes).toContain("there is no data folder x");
  });
});
