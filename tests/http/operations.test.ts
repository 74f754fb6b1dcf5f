import { describe, expect, test } from "bun:test";
import type { PartitionLag } from "../../src/eventlog/port.ts";
import { systemClock } from "../../src/support/clock.ts";
import { Ca3Error } from "../../src/support/errors.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { tokenEvent } from "../samples/events.ts";
import { fill, NOW_MS, sampleEvents, testApi } from "./api.ts";

const away = () => Promise.reject(new Ca3Error("CA3_STORE_UNAVAILABLE", "the disk is full"));
const brokenStore = {
  ...memoryStore(),
  queryRollups: away,
  freshness: away,
  latest: away,
  countDeadLetters: away,
};
const behind = (topic: string, partition: number, lag: number, lagSeconds: number): PartitionLag => ({
  topic,
  partition,
  committed: 0,
  endOffset: lag,
  lag,
  lagSeconds,
});

describe("/health and /ready", () => {
  const notReady = { ready: false, checks: [{ name: "log", ok: false, detail: "no answer for 3 s" }] };

  test("the process is alive even when it can do nothing", async () => {
    const { ask } = await testApi({ store: brokenStore, readiness: () => notReady });
    const response = await ask("/health");
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });

  test("not ready is 503, with every check", async () => {
    const { ask } = await testApi({ readiness: () => notReady });
    const response = await ask("/ready");
    const http = { name: "http", ok: true, detail: "answers" };
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, checks: [...notReady.checks, http] });
  });

  test("a server that stops is not ready, though everything else is", async () => {
    const { ask } = await testApi();
    expect((await ask("/ready")).status).toBe(200);
    const response = await ask("/ready", {}, { stopping: AbortSignal.abort() });
    expect([response.status, ((await response.json()) as { ready: boolean }).ready]).toEqual([503, false]);
  });
});

test("freshness tells age and lag per kind", async () => {
  const store = memoryStore();
  await fill(store, [tokenEvent({ ts: new Date(NOW_MS - 4_000).toISOString() })]);
  const { read } = await testApi({
    store,
    lag: async () => [
      behind("token.usage.v1", 0, 5, 2),
      behind("token.usage.v1", 1, 1, 9),
      behind("else", 0, 7, 7),
    ],
  });
  const { kinds } = await read<{ kinds: unknown[] }>("/api/v1/freshness");
  expect(kinds).toEqual([
    {
      kind: "gpu",
      topic: "gpu.metrics.v1",
      newest: null,
      oldest: null,
      events: 0,
      lag: { records: 0, seconds: 0 },
      ageSeconds: null,
    },
    {
      kind: "token",
      topic: "token.usage.v1",
      newest: "2026-03-01T10:29:56.000Z",
      oldest: "2026-03-01T10:29:56.000Z",
      events: 1,
      lag: { records: 6, seconds: 9 },
      ageSeconds: 4,
    },
  ]);
});

describe("the snapshot", () => {
  test("tells the rates of the last whole minute that has settled", async () => {
    const store = memoryStore();
    await fill(store, sampleEvents());
    const { read } = await testApi({ store });
    const { rates } = await read<{ rates: Record<string, unknown> }>("/api/v1/snapshot");
    expect(rates).toEqual({
      asOf: "2026-03-01T10:29:50.000Z",
      windowSeconds: 60,
      inputTokensPerSecond: 200,
      outputTokensPerSecond: 40,
      requestsPerSecond: 0.2,
      usedMicroUsdPerHour: 1_800_000,
      idleMicroUsdPerHour: 5_400_000,
      powerWatts: 500,
      gpus: 2,
    });
  });

  test("a store that is away leaves gaps and says so; readiness and lag are still told", async () => {
    const { read } = await testApi({
      store: brokenStore,
      lag: async () => [behind("gpu.metrics.v1", 0, 4, 1)],
    });
    const snapshot = await read("/api/v1/snapshot");
    expect(snapshot).toMatchObject({
      ready: true,
      totals: null,
      rates: null,
      openDeadLetters: null,
      lag: { records: 4, seconds: 1 },
      problem: "The store cannot be read now.",
    });
    expect(await read("/api/v1/status")).toMatchObject({ problem: "The store cannot be read now." });
  });

  test("a log that is away leaves the lag unknown and nothing else", async () => {
    const { read } = await testApi({
      lag: () => Promise.reject(new Ca3Error("CA3_LOG_UNAVAILABLE", "gone")),
    });
    expect(await read("/api/v1/snapshot")).toMatchObject({ lag: null, problem: null });
    expect(await read("/api/v1/freshness")).toMatchObject({ kinds: [{ lag: null }, { lag: null }] });
  });
});

test("dead letters come page by page, each once", async () => {
  const store = memoryStore();
  await store.addDeadLetters(
    Array.from({ length: 7 }, (_, offset) => ({
      id: `log/t/0/${offset}`,
      origin: "log/t/0",
      offset,
      topic: "t",
      key: null,
      value: Uint8Array.of(offset),
      headers: {},
      reason: offset === 6 ? "oversized" : "malformed_json",
      detail: "",
      appendedMs: NOW_MS,
      state: "open" as const,
    })),
  );
  const { read } = await testApi({ store });
  type Page = { items: { id: string }[]; next: string | null };
  const seen: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const after: string = next === "" ? "" : `&after=${encodeURIComponent(next)}`;
    const page: Page = await read(`/api/v1/dead-letters?limit=3${after}`);
    seen.push(...page.items.map((one) => one.id));
    next = page.next;
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((offset) => `log/t/0/${offset}`));
  expect((await read<Page>("/api/v1/dead-letters?reason=oversized")).items).toHaveLength(1);
  expect(await read("/api/v1/dead-letters/log/t/0/5")).toMatchObject({ valueBase64: "BQ==", text: "\u0005" });
  expect(await read("/api/v1/dead-letters/counts")).toMatchObject({ open: 7, total: 7 });
});

test("a store and a log that hang leave gaps in the snapshot, and do not hold it back", async () => {
  const hangs = () => new Promise<never>(() => {});
  const store = { ...memoryStore(), queryRollups: hangs, freshness: hangs, countDeadLetters: hangs };
  const checks = [{ name: "store", ok: false, detail: "no primary answers, retrying for 4 s" }];
  const options = { store, lag: hangs, readiness: () => ({ ready: false, checks }), clock: systemClock };
  const { read } = await testApi(options);
  const problem = "The store does not answer.";
  const nothing = {
    ready: false,
    checks,
    totals: null,
    rates: null,
    lag: null,
    openDeadLetters: null,
    problem,
  };
  expect(await read("/api/v1/snapshot")).toMatchObject(nothing);
  expect(await read("/api/v1/status")).toMatchObject({ ready: false, checks, notes: [], problem });
});
