import { expect, test } from "bun:test";
import { resolveSettings } from "../support/settings.ts";
import { serverSettings } from "./config.ts";

const token = "correct-horse-battery-staple";
const resolve = (env: Record<string, string>, flags = {}, file = {}) =>
  resolveSettings(serverSettings, { env, flags, file, readFile: () => `${token}\n` });

test.each([
  ["HTTP_PORT", { HTTP_PORT: "9000", PORT: "9001" }, {}, {}, 9000],
  ["PORT", { PORT: "9001" }, {}, {}, 9001],
  ["the flag", { HTTP_PORT: "9000" }, { port: "9002" }, {}, 9002],
  ["ca3.yaml", {}, {}, { server: { port: 9003 } }, 9003],
  ["nothing", {}, {}, {}, 8080],
])("%s decides on the port", (_name, env, flags, file, port) =>
  expect(resolve(env, flags, file).values.port).toBe(port),
);

test.each([
  ["::1", "::1"],
  ["[::]", "::"],
  ["localhost", "localhost"],
  ["0.0.0.0", "0.0.0.0"],
])("%s is an address to listen on", (given, host) =>
  expect(resolve({ HTTP_HOST: given }).values.host).toBe(host),
);

test("the token may come from a file and is never shown", () => {
  for (const env of [{ CA3_API_TOKEN: token }, { CA3_API_TOKEN_FILE: "/run/token" }] as const) {
    const { values, problems } = resolve(env);
    expect(problems).toEqual([]);
    expect([values.token?.reveal(), JSON.stringify(values).includes(token)]).toEqual([token, false]);
  }
});

test("all problems are told at once, without the secret", () => {
  const { problems } = resolve({ HTTP_HOST: "gpu-box", HTTP_PORT: "70000", CA3_API_TOKEN: "short" });
  expect(problems).toEqual([
    '$HTTP_HOST: expected an IP address or localhost, got "gpu-box"',
    '$HTTP_PORT: expected a whole number from 0 to 65535, got "70000"',
    "$CA3_API_TOKEN: expected 16 to 512 printable characters without spaces",
  ]);
});
