import { afterAll, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { openMongoStore } from "../../src/store/mongo.ts";
import type { TelemetryStore } from "../../src/store/port.ts";
import { delta, FAR_MS, keyOf, latest, stored } from "../contracts/store/samples.ts";
import { FaultProxy } from "../faults/real/proxy.ts";
import { until } from "../helpers/until.ts";
import { type Mongo, startMongo } from "../services/mongo.ts";
import { pause, resume } from "../services/pause.ts";
import { withService } from "../services/require.ts";
import { settingsWith, withClient } from "./open.ts";
import { missingFrom, outcomeOf, startWriters } from "./traffic.ts";

const DAY_MS = 86_400_000;
/** How long one call may take in these tests, and what a busy machine may add to it. */
const LIMIT_MS = 1_500;
const SLACK_MS = 6_000;
const quick = settingsWith({
  CA3_MONGO_TIMEOUT: `${LIMIT_MS}ms`,
  CA3_MONGO_QUERY_TIMEOUT: `${LIMIT_MS}ms`,
});
const openQuick = (url: string) => openMongoStore(url, { settings: quick, retentionMs: DAY_MS });

/** Every call of the port that talks to the server. */
const calls: Readonly<Record<string, (store: TelemetryStore) => Promise<unknown>>> = {
  insertEvents: (store) => store.insertEvents([stored("once")]),
  applyRollups: (store) => store.applyRollups([delta(keyOf(), [{ offset: 1, sums: {} }])]),
  keepLatest: (store) => store.keepLatest([latest("GPU-1", 1, "a")]),
  addDeadLetters: (store) => store.addDeadLetters([letter]),
  queryRollups: (store) => store.queryRollups({ resolutionS: 60, fromMs: 0, toMs: FAR_MS, groupBy: [] }),
  latest: (store) => store.latest("gpu"),
  freshness: (store) => store.freshness(),
  scanEvents: (store) => Array.fromAsync(store.scanEvents()),
  listDeadLetters: (store) => store.listDeadLetters({ limit: 1 }),
  getDeadLetter: (store) => store.getDeadLetter("a"),
  markDeadLetters: (store) => store.markDeadLetters(["a"], "open"),
  countDeadLetters: (store) => store.countDeadLetters(),
  expire: (store) => store.expire(Date.now()),
  ping: (store) => store.ping(),
};
const letter = {
  ...{ id: "o/1", origin: "o", offset: 1, topic: "t", key: null, value: new Uint8Array(1), headers: {} },
  ...{ reason: "too_old", detail: "", appendedMs: 0, state: "open" as const },
};

/** Every call ends as an outage, in time. */
async function expectOutage(store: TelemetryStore): Promise<void> {
  const outcomes = await Promise.all(
    Object.entries(calls).map(async ([name, call]) => [name, await outcomeOf(() => call(store))] as const),
  );
  for (const [name, { code, tookMs }] of outcomes) {
    expect([name, code]).toEqual([name, "CA3_STORE_UNAVAILABLE"]);
    expect(tookMs).toBeLessThan(LIMIT_MS + SLACK_MS);
  }
}

/** It passes by itself, and then every call works. */
async function expectPassed(store: TelemetryStore): Promise<void> {
  const works = async () => (await outcomeOf(() => store.ping())).code === undefined;
  await until("the store answers", works);
  for (const [name, call] of Object.entries(calls))
    await until(`${name} works`, async () => (await outcomeOf(() => call(store))).code === undefined);
}

await withService("mongo", startMongo, (first) => {
  let mongo: Mongo = first;
  afterAll(() => mongo[Symbol.asyncDispose]());
  const restart = async () => {
    mongo = await startMongo({ earlier: { folder: first.folder, port: first.port } });
  };

  test("killed under bulk writes again and again: every call ends in time, and what was acknowledged is there", async () => {
    const store = await openQuick(first.url);
    const writers = startWriters(store, { writers: 6 });
    for (let kill = 0; kill < 6; kill++) {
      const before = writers.acknowledged.length;
      await until("it flows", () => writers.acknowledged.length > before + 400);
      await mongo.kill();
      const { outages } = writers.state;
      await until("it is noticed", () => writers.state.outages > outages);
      await restart();
    }
    const before = writers.acknowledged.length;
    await until("it flows again", () => writers.acknowledged.length > before + 400);
    await writers.stop();
    expect(writers.state.failure).toBeUndefined();
    expect(writers.state.longestMs).toBeLessThan(LIMIT_MS + SLACK_MS);
    expect(await missingFrom(store, writers.acknowledged)).toEqual([]);
    await store.close();
  }, 180_000);

  test("gone: every call is an outage, in time; back: every call works, without a new start", async () => {
    const store = await openQuick(first.url);
    await expectPassed(store);
    await mongo.kill();
    await expectOutage(store);
    await expectOutage(store);
    await restart();
    await expectPassed(store);
    await store.close();
  }, 120_000);

  test("stopped as by SIGSTOP: every call is an outage, in time; going on: every call works", async () => {
    const store = await openQuick(first.url);
    await expectPassed(store);
    await pause(mongo.pid);
    try {
      await expectOutage(store);
    } finally {
      resume(mongo.pid);
    }
    await expectPassed(store);
    await store.close();
  }, 120_000);

  describe("through a link that has faults", () => {
    const faults: Readonly<Record<string, (link: FaultProxy) => unknown>> = {
      "half open, as when a cable is pulled": (link) => link.silence(),
      "reset, and refusing new connections": (link) => link.refuse(),
      "so slow that no answer comes in time": (link) => link.slow({ latencyMs: 2 * LIMIT_MS }),
    };
    test.each(Object.entries(faults))(
      "%s: every call is an outage, and passes",
      async (_what, harm) => {
        await using link = await FaultProxy.open(first.port);
        const store = await openQuick(first.url.replace(String(first.port), String(link.port)));
        await expectPassed(store);
        await harm(link);
        await expectOutage(store);
        await link.heal();
        await expectPassed(store);
        await store.close();
      },
      120_000,
    );

    test("resets at any moment lose nothing that was acknowledged, and store nothing twice", async () => {
      await using link = await FaultProxy.open(first.port);
      const store = await openQuick(first.url.replace(String(first.port), String(link.port)));
      const writers = startWriters(store);
      for (let reset = 0; reset < 15; reset++) {
        const before = writers.acknowledged.length;
        await until("it flows", () => writers.acknowledged.length > before + 100);
        link.cut();
      }
      await writers.stop();
      expect(writers.state.failure).toBeUndefined();
      expect(await missingFrom(store, writers.acknowledged)).toEqual([]);
      await store.close();
    }, 120_000);

    test("closing in an outage does not wait for the server", async () => {
      await using link = await FaultProxy.open(first.port);
      const store = await openQuick(first.url.replace(String(first.port), String(link.port)));
      await store.ping();
      link.silence();
      const pending = outcomeOf(() => store.insertEvents([stored("late")]));
      const startMs = performance.now();
      await store.close();
      expect(performance.now() - startMs).toBeLessThan(2_000 + SLACK_MS);
      expect((await pending).code).toBe("CA3_STORE_UNAVAILABLE");
    });
  });

  test("a primary that steps down: writes are an outage, and go on when there is one again", async () => {
    const store = await openQuick(first.url);
    const writers = startWriters(store, { writers: 2, batch: 20 });
    await until("it flows", () => writers.acknowledged.length > 40);
    await withClient(first.url, (client) => client.db("admin").command({ replSetStepDown: 2, force: true }));
    await until("it is noticed", () => writers.state.outages > 0);
    const refused = await outcomeOf(() => openQuick(first.url));
    if (refused.code !== undefined)
      expect(refused).toMatchObject({
        code: "CA3_STORE_UNREACHABLE",
        message: expect.stringMatching(/primary/),
      });
    const before = writers.acknowledged.length;
    await until("it flows again", () => writers.acknowledged.length > before + 40);
    await writers.stop();
    expect(writers.state.failure).toBeUndefined();
    expect(await missingFrom(store, writers.acknowledged)).toEqual([]);
    await store.close();
  });

  test("a server that ends every connection at once is asked again calmly", async () => {
    await using link = await FaultProxy.open(first.port);
    const url = first.url.replace(String(first.port), String(link.port));
    const store = await openQuick(url);
    await expectPassed(store);
    await link.refuse();
    let asked = 0;
    const ender = createServer((socket) => {
      asked += 1;
      socket.on("error", () => {}).destroy();
    });
    await new Promise<void>((resolve) => ender.listen(link.port, "127.0.0.1", resolve));
    const startMs = performance.now();
    const writers = startWriters(store);
    await until("calls have been given up several times", () => writers.state.outages >= 12);
    expect(writers.state.longestMs).toBeLessThan(LIMIT_MS + SLACK_MS);
    await writers.stop();
    const seconds = (performance.now() - startMs) / 1_000;
    expect(asked / seconds).toBeLessThan(20);
    await store.close();
    ender.close();
  });
});
