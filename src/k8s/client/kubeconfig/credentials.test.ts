import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findContext } from "./context.ts";
import { credentialsOf, tokenTrouble } from "./credentials.ts";
import { parseKubeconfig } from "./parse.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PEM = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
let nowMs = Date.parse("2026-11-27T10:00:00Z");

function credentials(user: unknown, cluster: object = {}) {
  const text = JSON.stringify({
    "current-context": "c",
    clusters: [{ name: "k", cluster: { server: "https://k:6443", ...cluster } }],
    users: [{ name: "jane", user }],
    contexts: [{ name: "c", context: { cluster: "k", user: "jane" } }],
  });
  const context = findContext(parseKubeconfig(text, join(folder, "config")), undefined);
  return credentialsOf(context, { cwd: "/", now: () => nowMs });
}

function plugin(name: string, script: string): string {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return `./${name}`;
}
const V1 = "client.authentication.k8s.io/v1";
const answer = (status: object) => JSON.stringify({ apiVersion: V1, kind: "ExecCredential", status });

test("a token is sent as it is", async () => {
  expect(await credentials({ token: "t" }).proof()).toEqual({ token: "t" });
});

test("a token file is read again after a minute, and at once when its token was refused", async () => {
  const path = join(folder, "token");
  writeFileSync(path, "one\n");
  const file = credentials({ tokenFile: "token" });
  expect(await file.proof()).toEqual({ token: "one" });
  writeFileSync(path, "two\n");
  expect(await file.proof()).toEqual({ token: "one" });
  nowMs += 60_000;
  expect(await file.proof()).toEqual({ token: "two" });
  expect(file.refused()).toBe(false);
  writeFileSync(path, "three\n");
  expect(file.refused()).toBe(true);
  expect(await file.proof()).toEqual({ token: "three" });
});

test.each([
  [{ "client-key-data": btoa(PEM) }, "client-certificate is missing beside client-key"],
  [{ "client-certificate-data": btoa(PEM) }, "client-key is missing beside client-certificate"],
  [{ "client-certificate-data": btoa(PEM), "client-key-data": btoa(PEM) }, "client-certificate is damaged"],
  [{ "auth-provider": { name: "gcp" } }, "auth-provider was removed from Kubernetes"],
  [{ username: "jane", password: "p" }, "username was removed from Kubernetes"],
  [{ exec: { command: "x" } }, "exec.apiVersion is missing; known are"],
  [{ exec: { apiVersion: V1 } }, "exec.command is missing"],
  [{ exec: { apiVersion: V1, command: "x", interactiveMode: "Always" } }, "and ca3 gives x no terminal"],
])("%j is said to be wrong", (user, message) => expect(() => credentials(user)).toThrow(message));

describe("a program that gives credentials", () => {
  const exec = (command: string, more: object = {}) => ({ exec: { apiVersion: V1, command, ...more } });

  test("is asked once, until what it gave ends or is refused", async () => {
    const until = new Date(nowMs + 3_600_000).toISOString();
    const status = { token: "n$n", expirationTimestamp: until };
    const name = plugin(
      "counter",
      `cd ${folder}; echo x >> count\nn=$(wc -l < count)\nprintf '%s' '${answer(status)}' | sed "s/n.n/$n/"`,
    );
    const source = credentials(exec(name));
    expect(await source.proof()).toEqual({ token: "1" });
    expect(await source.proof()).toEqual({ token: "1" });
    nowMs += 3_595_000;
    expect(await source.proof()).toEqual({ token: "2" });
    expect(source.refused()).toBe(true);
    expect(source.refused()).toBe(false);
  });

  test("is told about the cluster when it wants to know, and gets its words and variables", async () => {
    const script = `printf '%s|%s|%s' "$KUBERNETES_EXEC_INFO" "$*" "$WHO" > ${join(folder, "told")}\necho '${answer({ token: "t" })}'`;
    const more = { args: ["get", "token"], env: [{ name: "WHO", value: "me" }], provideClusterInfo: true };
    await credentials(exec(plugin("teller", script), more), { "tls-server-name": "n" }).proof();
    const [info, words, who] = readFileSync(join(folder, "told"), "utf8").split("|");
    expect([words, who]).toEqual(["get token", "me"]);
    expect(JSON.parse(info!).spec).toEqual({
      interactive: false,
      cluster: { server: "https://k:6443", "tls-server-name": "n" },
    });
  });

  test.each([
    [
      "is missing",
      "no-such-plugin",
      { installHint: "get it from there" },
      "is not installed or cannot be run",
    ],
    ["fails", plugin("failing", "echo log in first >&2; exit 3"), {}, "failed with code 3: log in first"],
    ["prints no JSON", plugin("chatty", "echo hello"), {}, "printed no JSON"],
    ["prints something else", plugin("other", "echo {}"), {}, "printed no ExecCredential"],
    [
      "answers in another version",
      plugin("old", `echo '${answer({ token: "t" }).replace("/v1", "/v0")}'`),
      {},
      "answered in",
    ],
    ["gives nothing", plugin("empty", `echo '${answer({})}'`), {}, "gave neither a token nor a certificate"],
    ["gives half a pair", plugin("half", `echo '${answer({ clientKeyData: "x" })}'`), {}, "not both"],
  ])("that %s is named with what to do", async (_what, command, more, message) => {
    await expect(credentials(exec(command, more)).proof()).rejects.toThrow(message);
  });
});

const jwt = (payload: object) => `h.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.s`;

test.each([
  [jwt({ exp: Date.parse("2026-11-26T09:30:00Z") / 1000 }), "the token expired on 2026-11-26 09:30 UTC"],
  [jwt({ exp: Date.parse("2036-01-01") / 1000 }), undefined],
  [jwt({}), undefined],
  ["opaque", undefined],
  ["a.!.c", undefined],
])("what %p says about its end", (token, trouble) => {
  expect(tokenTrouble(token, Date.parse("2026-11-27"))).toBe(trouble);
});
