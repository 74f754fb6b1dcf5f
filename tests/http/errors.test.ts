import { describe, expect, test } from "bun:test";
import { Compile } from "typebox/compile";
import { problemSchema } from "../../src/processor/http/openapi/problems.ts";
import { Ca3Error } from "../../src/support/errors.ts";
import type { LogFields } from "../../src/support/log.ts";
import { silentLogger } from "../../src/support/log.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { testApi } from "./api.ts";

const problem = Compile(problemSchema);

test.each([
  ["GET", "/nothing", 404, "not-found"],
  ["GET", "/api/v1/nothing", 404, "not-found"],
  ["GET", "/api/v1/totals/", 404, "not-found"],
  ["GET", "/api/v1/dead-letters/none", 404, "not-found"],
  ["POST", "/api/v1/totals", 405, "method-not-allowed"],
  ["DELETE", "/api/v1/dead-letters/a/b/0/1", 405, "method-not-allowed"],
  ["OPTIONS", "/api/v1/report", 405, "method-not-allowed"],
  ["GET", "/login", 405, "method-not-allowed"],
  ["GET", `/api/v1/totals?x=${"y".repeat(5000)}`, 414, "uri-too-long"],
  ["GET", "/api/v1/groups", 400, "invalid-parameter"],
  ["GET", "/api/v1/totals?last=15m&last=1h", 400, "invalid-parameter"],
  ["GET", "/api/v1/series?last=3d&resolution=10", 400, "too-much-data"],
])("%s %s answers %d, %s", async (method, path, status, kind) => {
  const { ask } = await testApi();
  const response = await ask(path, { method });
  const body = await response.json();
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect([...problem.Errors(body)]).toEqual([]);
  expect([response.status, body]).toMatchObject([status, { status, type: `urn:ca3:problem:${kind}` }]);
  if (status === 405) expect(response.headers.get("allow")).toMatch(/GET, HEAD|POST/);
});

test("a body that is announced as huge is refused before it is read", async () => {
  const { ask } = await testApi();
  const init = { method: "POST", body: "x", headers: { "content-length": "99999999" } };
  const response = await ask("/login", init);
  expect([response.status, response.headers.get("connection")]).toEqual([413, "close"]);
});

describe("when the store", () => {
  const failing = (error: unknown) => ({ ...memoryStore(), queryRollups: () => Promise.reject(error) });

  test("is away, the answer is to come back later, and the next one is tried anew", async () => {
    let away = true;
    const store = memoryStore();
    const { ask } = await testApi({
      store: {
        ...store,
        queryRollups: (query) =>
          away
            ? Promise.reject(new Ca3Error("CA3_STORE_UNAVAILABLE", "/var/lib/store.db is locked"))
            : store.queryRollups(query),
      },
    });
    const response = await ask("/api/v1/totals");
    const body = await response.text();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(JSON.parse(body)).toMatchObject({
      type: "urn:ca3:problem:unavailable",
      code: "CA3_STORE_UNAVAILABLE",
    });
    expect(body).not.toContain("/var/lib");
    away = false;
    expect((await ask("/api/v1/totals")).status).toBe(200);
  });

  test("fails in an unknown way, the answer says nothing of it, and the log says all", async () => {
    const heard: LogFields[] = [];
    const logger = {
      ...silentLogger,
      error: (_message: string, fields?: LogFields) => heard.push(fields ?? {}),
    };
    const error = new TypeError("cannot read /var/lib/store.db");
    const { ask } = await testApi({ store: failing(error), logger });
    const response = await ask("/api/v1/totals");
    const body = await response.text();
    expect(response.status).toBe(500);
    expect([...problem.Errors(JSON.parse(body))]).toEqual([]);
    expect(body).not.toMatch(/var\/lib|TypeError|at .*:\d+/);
    expect(heard).toEqual([{ method: "GET", path: "/api/v1/totals", error }]);
  });
});

describe("limits", () => {
  test("a client that asks too fast is told when to come back, another one is not disturbed", async () => {
    const { ask, clock } = await testApi({ env: { CA3_HTTP_RATE_LIMIT: "1" } });
    const from = (address: string) => ({
      server: {
        hostname: "127.0.0.1",
        requestIP: () => ({ address, family: "IPv4", port: 1 }),
        timeout: () => {},
      },
    });
    const status = async (address: string) => (await ask("/api/v1/gpus", {}, from(address))).status;
    const first = [];
    for (let n = 0; n < 5; n++) first.push(await status("127.0.0.1"));
    expect(first).toEqual([200, 200, 200, 200, 429]);
    expect(await status("127.0.0.2")).toBe(200);
    expect((await ask("/health", {}, from("127.0.0.1"))).status).toBe(200);
    await clock.advance(1_000);
    expect(await status("127.0.0.1")).toBe(200);
  });

  test("requests beyond the limit are sent away at once instead of piling up", async () => {
    const gate = Promise.withResolvers<[]>();
    const store = { ...memoryStore(), latest: () => gate.promise };
    const { ask } = await testApi({ store, env: { CA3_HTTP_MAX_CONCURRENT: "2" } });
    const running = [ask("/api/v1/gpus"), ask("/gpu/info")];
    const refused = await ask("/api/v1/freshness");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    gate.resolve([]);
    expect((await Promise.all(running)).map((one) => one.status)).toEqual([200, 200]);
    expect((await ask("/api/v1/freshness")).status).toBe(200);
  });

  test("more lines than a chart can show are refused with what to do instead", async () => {
    const rows = Array.from({ length: 501 }, (_, at) => ({ dimensions: { team: `t${at}` } }));
    const store = { ...memoryStore(), queryRollups: async () => rows as never };
    const { ask } = await testApi({ store });
    const response = await ask("/api/v1/series?groupBy=team");
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { detail: "501 values of team are more than 500 lines: filter, or see /api/v1/groups?by=team" },
    ]);
  });

  test("more values than an answer can hold are refused before they are read", async () => {
    const rows = Array.from({ length: 400 }, (_, at) => ({ dimensions: { team: `t${at}` } }));
    let queries = 0;
    const queryRollups = async () => {
      queries++;
      return rows as never;
    };
    const { ask } = await testApi({ store: { ...memoryStore(), queryRollups } });
    const response = await ask("/api/v1/series?groupBy=team&last=2h");
    expect([response.status, queries]).toEqual([400, 1]);
  });
});

test("many viewers who ask the same at once cost one query", async () => {
  const store = memoryStore();
  let queries = 0;
  const { ask, clock } = await testApi({
    store: {
      ...store,
      latest: (kind) => {
        queries++;
        return store.latest(kind);
      },
    },
  });
  await Promise.all(Array.from({ length: 50 }, () => ask("/api/v1/gpus")));
  expect(queries).toBe(1);
  await clock.advance(1_000);
  await ask("/api/v1/gpus");
  expect(queries).toBe(2);
});
