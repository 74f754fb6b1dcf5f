import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Compile } from "typebox/compile";
import { endpoints } from "../../src/processor/http/endpoints/all.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import type { DeadLetter, TelemetryStore } from "../../src/store/port.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { fill, sampleEvents, testApi } from "./api.ts";

const letter = (offset: number, value: Uint8Array): DeadLetter => ({
  id: `log/token.usage.v1/0/${offset}`,
  origin: "log/token.usage.v1/0",
  offset,
  topic: "token.usage.v1",
  key: null,
  value,
  headers: { "ca3-schema": "1" },
  reason: "malformed_json",
  detail: "not JSON",
  appendedMs: 1_772_359_200_000,
  state: "open",
});
const letters = [letter(3, new TextEncoder().encode("{oops")), letter(4, Uint8Array.of(0xff, 0xfe))];

/** Every endpoint, with and without its parameters. */
const paths = [
  "/api/v1/totals",
  "/api/v1/totals?last=10m",
  "/api/v1/totals?from=2026-03-01T10:00:00Z&to=2026-03-01T11:00:00%2B00:00",
  "/api/v1/series",
  "/api/v1/series?last=all&groupBy=gpu",
  "/api/v1/series?last=5m&groupBy=model&metrics=inputTokens,utilization,microUsdPerMillionTokens",
  "/api/v1/series?from=2026-03-01T10:00:00Z&resolution=60&host=host-a&groupBy=team",
  ...["model", "gpu", "host", "team", "tenant", "hour", "gpuModel", "source"].map(
    (by) => `/api/v1/groups?by=${by}`,
  ),
  "/api/v1/groups?by=model&sort=inputTokens&order=asc&limit=1",
  "/api/v1/report",
  "/api/v1/report?by=gpu&last=1h",
  "/api/v1/report.csv?by=host",
  "/api/v1/gpus",
  "/gpu/info",
  "/api/v1/snapshot",
  "/api/v1/freshness",
  "/api/v1/dead-letters",
  "/api/v1/dead-letters?state=open&reason=malformed_json&limit=1",
  "/api/v1/dead-letters/counts",
  "/api/v1/dead-letters/log%2Ftoken.usage.v1%2F0%2F3",
  "/api/v1/dead-letters/log/token.usage.v1/0/4",
  "/api/v1/status",
];

const folder = mkdtempSync(join(tmpdir(), "ca3-http-"));
const embedded = openEmbeddedStore(join(folder, "store.db"));
const filled: readonly [string, TelemetryStore][] = [
  ["in memory", memoryStore()],
  ["embedded", embedded],
];
beforeAll(async () => {
  for (const [, store] of filled) {
    await fill(store, sampleEvents());
    await store.addDeadLetters(letters);
  }
});
afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true });
});

const stores: readonly [string, TelemetryStore][] = [...filled, ["empty", memoryStore()]];
describe.each(stores)("over a store that is %s", (name, store) => {
  const api = testApi({
    store,
    sources: () => ({
      replay: { ok: true, detail: "reads", lastSuccessMs: 1 },
      smi: { ok: false, detail: "gone" },
    }),
    counts: () => ({ consumed: 4, stored: 3, duplicates: 0, deadLettered: 1 }),
    lag: async () => [
      { topic: "gpu.metrics.v1", partition: 0, committed: 1, endOffset: 4, lag: 3, lagSeconds: 1.5 },
      { topic: "gpu.metrics.v1", partition: 1, committed: 1, endOffset: 2, lag: 1, lagSeconds: 0.5 },
    ],
  });

  test.each(paths)("%s answers as its schema says", async (path) => {
    const response = await (await api).ask(path);
    const missing = name === "empty" && path.startsWith("/api/v1/dead-letters/log");
    expect(response.status).toBe(missing ? 404 : 200);
    if (missing) return;
    const bare = path.split("?")[0]!;
    const endpoint =
      endpoints.find((one) => one.path === bare) ?? endpoints.find((one) => one.pathParameter)!;
    const body = endpoint.media === undefined ? await response.json() : await response.text();
    expect(response.headers.get("content-type")).toStartWith(endpoint.media ?? "application/json");
    expect([...Compile(endpoint.response).Errors(body)]).toEqual([]);
  });
});

test("every endpoint was asked", () => {
  const asked = new Set(paths.map((path) => path.split("?")[0]!));
  const notAsked = endpoints.filter((one) => one.pathParameter === undefined && !asked.has(one.path));
  expect(notAsked.map((one) => one.path)).toEqual([]);
});

test("both stores give the same answers", async () => {
  const apis = await Promise.all(filled.map(([, store]) => testApi({ store })));
  for (const path of paths) {
    const [memory, file] = await Promise.all(apis.map(async (api) => (await api.ask(path)).text()));
    expect(file, path).toBe(memory!);
  }
});
