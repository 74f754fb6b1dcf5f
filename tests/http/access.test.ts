import { describe, expect, test } from "bun:test";
import { signSession } from "../../src/http/access/token.ts";
import { createApp } from "../../src/processor/http/app.ts";
import type { AppOptions } from "../../src/processor/http/options.ts";
import { Secret } from "../../src/support/secret.ts";
import { NOW_MS, settingsOf, TOKEN, testApi } from "./api.ts";

const everywhere = { HTTP_HOST: "0.0.0.0", CA3_API_TOKEN: TOKEN };
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const login = (token: unknown, more: Record<string, string> = {}) => ({
  method: "POST",
  body: JSON.stringify({ token }),
  headers: { "content-type": "application/json", ...more },
});

test.each(["0.0.0.0", "::", "10.1.2.3"])("listening on %s without a token is refused", (host) =>
  expect(() => createApp({ settings: settingsOf({ HTTP_HOST: host }) } as AppOptions)).toThrow(
    `refusing to serve on ${host} without an access token`,
  ),
);

describe("with a token", () => {
  const api = testApi({ env: everywhere });
  const status = async (path: string, init?: RequestInit) => (await (await api).ask(path, init)).status;

  test.each([
    ["/api/v1/totals", 401],
    ["/api/v1/stream", 401],
    ["/gpu/info", 401],
    ["/metrics", 401],
    ["/health", 200],
    ["/ready", 200],
    ["/openapi.json", 200],
  ])("%s without it answers %d", async (path, expected) => expect(await status(path)).toBe(expected));

  test.each([
    ["the token", TOKEN, 200],
    ["another token of the same length", TOKEN.replace(/^./, "x"), 401],
    ["the beginning of the token", TOKEN.slice(0, -1), 401],
    ["the token and more", `${TOKEN}x`, 401],
  ])("%s answers as it should", async (_name, token, expected) => {
    expect(await status("/api/v1/totals", bearer(token))).toBe(expected);
    expect(await status("/metrics", bearer(token))).toBe(expected);
  });

  test("a refusal says how to get in", async () => {
    const response = await (await api).ask("/api/v1/totals");
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="ca3"');
    expect(await response.json()).toMatchObject({ type: "urn:ca3:problem:token-required", status: 401 });
  });

  test("the token never stands in an answer", async () => {
    for (const path of ["/api/v1/status", "/openapi.json", "/metrics"])
      expect(await (await (await api).ask(path, bearer(TOKEN))).text()).not.toContain(TOKEN);
  });
});

test("metrics are open to all when the settings say so, the figures are not", async () => {
  const { ask } = await testApi({ env: { ...everywhere, CA3_OPEN_METRICS: "true" } });
  expect([(await ask("/metrics")).status, (await ask("/gpu/info")).status]).toEqual([200, 401]);
});

test("on this machine alone, a token is asked for when there is one, but not for metrics", async () => {
  const { ask } = await testApi({ env: { CA3_API_TOKEN: TOKEN } });
  expect([(await ask("/metrics")).status, (await ask("/gpu/info")).status]).toEqual([200, 401]);
});

test("an app made for this machine does not open up when it is served beyond it", async () => {
  const { ask } = await testApi();
  const server = { hostname: "0.0.0.0", requestIP: () => null, timeout: () => {} };
  expect((await ask("/gpu/info", {}, { server })).status).toBe(401);
  expect((await ask("/metrics", {}, { server })).status).toBe(401);
});

describe("logging in", () => {
  test("gives a cookie that pages cannot read and other sites cannot send, and that opens the API", async () => {
    const { ask } = await testApi({ env: everywhere });
    const response = await ask("/login", login(TOKEN));
    expect(response.status).toBe(204);
    const cookie = response.headers.get("set-cookie")!;
    expect(cookie).toMatch(/^ca3_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const session = cookie.split(";")[0]!;
    expect((await ask("/api/v1/totals", { headers: { cookie: session } })).status).toBe(200);
    expect((await ask("/api/v1/totals", { headers: { cookie: `${session}x` } })).status).toBe(401);
  });

  test("behind TLS the cookie never leaves it", async () => {
    const { ask } = await testApi({ env: everywhere });
    const response = await ask("/login", login(TOKEN, { "x-forwarded-proto": "https" }));
    expect(response.headers.get("set-cookie")).toContain("; Secure");
  });

  test("by a form leads back to the page", async () => {
    const { ask } = await testApi({ env: everywhere });
    const response = await ask("/login", { method: "POST", body: new URLSearchParams({ token: TOKEN }) });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
    expect(response.headers.get("set-cookie")).toContain("ca3_session=");
  });

  test("ends when its time is over, whatever the browser keeps", async () => {
    const { ask, clock } = await testApi({ env: { ...everywhere, CA3_SESSION_TTL: "1h" } });
    const session = (await ask("/login", login(TOKEN))).headers.get("set-cookie")!.split(";")[0]!;
    const status = async () => (await ask("/gpu/info", { headers: { cookie: session } })).status;
    expect(await status()).toBe(200);
    await clock.advance(3_600_000);
    expect(await status()).toBe(401);
  });

  test("a session signed with another token, or with a later end, is worth nothing", async () => {
    const { ask } = await testApi({ env: everywhere });
    const good = signSession(new Secret(TOKEN), NOW_MS + 1_000);
    const later = `${(NOW_MS + 9_000_000).toString(36)}.${good.split(".")[1]}`;
    const foreign = signSession(new Secret("x".repeat(20)), NOW_MS + 1_000);
    const statuses = [good, later, foreign, "", ".", "zzzzzzzzzzzz.x", `${good}.${good}`].map(
      async (session) => {
        return (await ask("/gpu/info", { headers: { cookie: `ca3_session=${session}` } })).status;
      },
    );
    expect(await Promise.all(statuses)).toEqual([200, 401, 401, 401, 401, 401, 401]);
  });

  test("guessing is slowed down, per client", async () => {
    const { ask } = await testApi({ env: everywhere });
    const from = (address: string) => ({
      server: {
        hostname: "0.0.0.0",
        requestIP: () => ({ address, family: "IPv4", port: 1 }),
        timeout: () => {},
      },
    });
    const tries = async (address: string) => {
      const responses = [];
      for (let n = 0; n < 6; n++) responses.push(await ask("/login", login("wrong"), from(address)));
      return responses;
    };
    const responses = await tries("10.0.0.1");
    expect(responses.map((one) => one.status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(Number(responses.at(-1)!.headers.get("retry-after"))).toBe(12);
    expect((await tries("10.0.0.2"))[0]!.status).toBe(401);
  });

  test.each([
    ["JSON without a token", "application/json", "{}", 401],
    ["JSON null", "application/json", "null", 401],
    ["a token that is no text", "application/json", '{"token":7}', 401],
    ["no JSON", "application/json", "{", 400],
    ["another type", "text/plain", TOKEN, 415],
    ["a huge body", "application/json", JSON.stringify({ token: "x".repeat(20_000) }), 413],
  ])("%s is refused", async (_name, type, body, expected) => {
    const { ask } = await testApi({ env: everywhere });
    const response = await ask("/login", { method: "POST", body, headers: { "content-type": type } });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([expected, null]);
  });

  test("a body without a length is not read further than it may be", async () => {
    const { ask } = await testApi({ env: everywhere });
    let pulled = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(8_192));
      },
    });
    const init = { method: "POST", body, headers: { "content-type": "application/json" } };
    expect((await ask("/login", init)).status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });

  test("logging out takes the cookie away", async () => {
    const { ask } = await testApi({ env: everywhere });
    const response = await ask("/logout", { method: "POST" });
    expect(response.headers.get("set-cookie")).toMatch(/^ca3_session=; Max-Age=0; Path=\//);
  });

  test("where there is no token, there is nothing to log in with", async () => {
    const { ask } = await testApi();
    expect((await ask("/login", login(""))).status).toBe(401);
  });
});

describe("what pages of other sites send", () => {
  test.each([
    ["localhost:8080", {}, 200],
    ["127.0.0.1:8080", {}, 200],
    ["[::1]:8080", {}, 200],
    ["ca3.localhost", {}, 200],
    ["LOCALHOST.", {}, 200],
    ["evil.example:8080", {}, 421],
    ["localhost.evil.example", {}, 421],
    ["127.0.0.1.evil.example", {}, 421],
    ["gpu-box.lan", { CA3_ALLOWED_HOSTS: "gpu-box.lan" }, 200],
    ["other.lan", { CA3_ALLOWED_HOSTS: "gpu-box.lan" }, 421],
    ["evil.example", everywhere, 200],
  ])("a request for host %s with %j answers %d", async (host, env, expected) => {
    const { ask } = await testApi({ env: env as Record<string, string> });
    expect((await ask("/health", { headers: { host } })).status).toBe(expected);
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "same-origin" }, 204],
    [{ "sec-fetch-site": "none" }, 204],
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://localhost" }, 204],
    [{}, 204],
  ])("logging out with %j answers %d", async (headers, expected) => {
    const { ask } = await testApi();
    expect((await ask("/logout", { method: "POST", headers: headers as never })).status).toBe(expected);
  });
});

test.each(["/health", "/api/v1/totals", "/nothing", "/api/v1/series?x=1"])(
  "%s carries the security headers and no permission for other sites",
  async (path) => {
    const { ask } = await testApi();
    const { headers } = await ask(path, { headers: { origin: "http://evil.example" } });
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  },
);

test.each([
  ["http://127.0.0.1:8080/", {}, "same-origin"],
  ["http://ca3.localhost:8080/", {}, "same-origin"],
  ["http://192.0.2.7:8080/", {}, null],
  ["http://192.0.2.7:8080/", { "x-forwarded-proto": "https" }, "same-origin"],
  ["https://ca3.example/", {}, "same-origin"],
])(
  "%s with %j opens windows as %p, since browsers take that on private connections only",
  async (url, more, expected) => {
    const { app } = await testApi({ env: { HTTP_HOST: "0.0.0.0", CA3_API_TOKEN: TOKEN } });
    const { headers } = await app.request(`${url}health`, {
      headers: { host: new URL(url).host, ...more } as never,
    });
    expect(headers.get("cross-origin-opener-policy")).toBe(expected);
  },
);
