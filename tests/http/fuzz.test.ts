import { expect, test } from "bun:test";
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { endpoints } from "../../src/processor/http/endpoints/all.ts";
import { problemSchema } from "../../src/processor/http/openapi/problems.ts";
import { silentLogger } from "../../src/support/log.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { fill, NOW_MS, sampleEvents, TOKEN, testApi } from "./api.ts";

const problem = Compile(problemSchema);
const store = memoryStore();
await fill(store, sampleEvents().slice(0, 40));
const failures: unknown[] = [];
const logger = { ...silentLogger, error: (_message: string, fields?: unknown) => failures.push(fields) };
const open = await testApi({ store, logger });
const guarded = await testApi({ store, logger, env: { CA3_API_TOKEN: TOKEN } });

const knownPaths = [
  ...endpoints.map((one) => one.path.replace("{id}", "log%2Ft%2F0%2F1")),
  "/health",
  "/ready",
  "/metrics",
  "/openapi.json",
  "/login",
  "/logout",
];
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...knownPaths) },
  { weight: 1, arbitrary: fc.webPath() },
  { weight: 1, arbitrary: fc.string().map((text) => `/api/v1/dead-letters/${encodeURIComponent(text)}`) },
  { weight: 1, arbitrary: fc.constantFrom("/%", "/%ff", "//", "/..%2f", "/api/v1/%00", "/api/v1/totals%20") },
);
const parameters = [...new Set(endpoints.flatMap((one) => Object.keys(one.query.properties)))];
const allowed = endpoints.flatMap((one) =>
  Object.values(one.query.properties).flatMap((schema) => (schema as { enum?: unknown[] }).enum ?? []),
);
const value = fc.oneof(
  fc.constantFrom(
    ...new Set(allowed.map(String)),
    "all",
    "15m",
    "0s",
    "99999999d",
    "-1",
    "1e9",
    "NaN",
    "null",
    "",
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: NOW_MS - 4e9, max: NOW_MS }).map((ms) => new Date(ms).toISOString()),
  fc.integer().map(String),
  fc.string(),
);
const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), fc.string()), value), {
  maxLength: 5,
});
const headerText = fc.stringMatching(/^[\x21-\x7e]{0,40}$/);
const headers = fc.dictionary(
  fc.constantFrom(
    "authorization",
    "cookie",
    "accept-encoding",
    "content-type",
    "last-event-id",
    "origin",
    "sec-fetch-site",
    "x-forwarded-proto",
  ),
  fc.oneof(
    headerText,
    headerText.map((text) => `Bearer ${text}`),
    headerText.map((text) => `ca3_session=${text}`),
  ),
);
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant("GET") },
  { weight: 2, arbitrary: fc.constantFrom("POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH") },
);
const body = fc.oneof(fc.string(), fc.json(), fc.constant(JSON.stringify({ token: TOKEN })));

test("any path, query, header, method and body gets an answer, or a problem that says whose fault it is", () =>
  fc.assert(
    fc.asyncProperty(
      path,
      query,
      headers,
      method,
      body,
      fc.boolean(),
      async (path, query, headers, method, body, guard) => {
        const url = `${path.startsWith("/") ? path : `/${path}`}?${new URLSearchParams(query)}`;
        const init = { method, headers, ...(["GET", "HEAD"].includes(method) ? {} : { body }) };
        const response = await (guard ? guarded : open).ask(url, init);
        expect(failures).toEqual([]);
        expect(response.status, url).toBeLessThan(500);
        expect(response.headers.get("x-content-type-options")).toBe("nosniff");
        if (response.status < 400) return;
        expect(response.headers.get("content-type")).toBe("application/problem+json");
        if (method !== "HEAD") expect([...problem.Errors(await response.json())]).toEqual([]);
      },
    ),
    { numRuns: 1_500 },
  ));

test("any well-formed query of an endpoint is answered or refused by name, and never as a server's fault", () => {
  const questions = fc.constantFrom(...endpoints.filter((one) => !one.pathParameter)).chain((endpoint) => {
    const known = Object.entries(endpoint.query.properties) as [
      string,
      { enum?: unknown[]; items?: { enum?: unknown[] } },
    ][];
    const fitting = Object.fromEntries(
      known.map(([name, schema]) => {
        const choices = (schema.enum ?? schema.items?.enum)?.map(String);
        return [name, choices ? fc.constantFrom(...choices) : value];
      }),
    );
    return fc.record(fitting, { requiredKeys: [] }).map((query) => ({ path: endpoint.path, query }));
  });
  return fc.assert(
    fc.asyncProperty(questions, async ({ path, query }) => {
      const response = await open.ask(`${path}?${new URLSearchParams(query as Record<string, string>)}`);
      expect([200, 400]).toContain(response.status);
      if (response.status === 400)
        expect((await response.json()) as object).toMatchObject({
          type: expect.stringMatching(/^urn:ca3:problem:(invalid-parameter|too-much-data)$/),
          detail: expect.any(String),
        });
    }),
    { numRuns: 1_000 },
  );
});
