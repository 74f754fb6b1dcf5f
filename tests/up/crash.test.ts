import { expect, test } from "bun:test";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import type { TelemetryStore } from "../../src/store/port.ts";
import { recomputeRollups } from "../../src/telemetry/recompute.ts";
import { RESOLUTIONS_S, SUMS } from "../../src/telemetry/rollup.ts";
import { eventKinds } from "../../src/telemetry/topics.ts";
import { ca3Process } from "../helpers/cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { runUp } from "./running.ts";

const KILLS = 200;
const LOOPS = 20;

type Sum = Record<string, number>;

/** Sums of all stored rollups by kind and width, beside the same sums computed from the raw events. */
async function storedAndRecomputed(store: TelemetryStore): Promise<{ stored: Sum; recomputed: Sum }> {
  const stored: Sum = {};
  const recomputed: Sum = {};
  for (const resolutionS of RESOLUTIONS_S) {
    for (const row of await store.queryRollups({
      resolutionS,
      fromMs: 0,
      toMs: 1e14,
      groupBy: ["kind", "bucket", "model", "gpu"],
    })) {
      const where = `${row.kind} ${resolutionS} ${row.bucketMs} ${row.dimensions.model} ${row.dimensions.gpu}`;
      for (const name of SUMS) stored[`${where} ${name}`] = row.sums[name];
    }
  }
  for (const { key, sums } of recomputeRollups(await Array.fromAsync(store.scanEvents())).values()) {
    const where = `${key.kind} ${key.resolutionS} ${key.bucketMs} ${key.dimensions.model} ${key.dimensions.gpu}`;
    for (const name of SUMS)
      recomputed[`${where} ${name}`] = (recomputed[`${where} ${name}`] ?? 0) + sums[name];
  }
  return { stored, recomputed };
}

test(`killed ${KILLS} times at random, a replay loses nothing, doubles nothing and adds up`, async () => {
  using folder = temporaryFolder("crash");
  const args = [
    "--replay",
    "sample",
    "--loop",
    String(LOOPS),
    "--speed",
    "max",
    "--once",
    "--data",
    folder.file("data"),
  ];
  let finished = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const up = await runUp(args);
    setTimeout(() => up.kill("SIGKILL"), Math.random() * 60);
    if ((await up.ended).code === 0) finished++;
  }
  expect(finished).toBeLessThan(KILLS / 2);
  expect((await ca3Process(["up", "--port", "0", ...args])).code).toBe(0);

  const store = openEmbeddedStore(folder.file("data/store.db"), { readonly: true });
  const { stored, recomputed } = await storedAndRecomputed(store);
  expect(Object.keys(stored).length).toBeGreaterThan(1000);
  expect(stored).toEqual(recomputed);
  const [token] = await store.queryRollups({
    resolutionS: 3600,
    fromMs: 0,
    toMs: 1e14,
    kind: "token",
    groupBy: [],
  });
  expect(token?.sums).toMatchObject({
    requests: 19_366 * LOOPS,
    inputTokens: 22_361_870 * LOOPS,
    outputTokens: 4_088_665 * LOOPS,
  });
  expect(await store.countDeadLetters()).toEqual([]);
  expect((await store.freshness()).map(({ kind }) => kind).sort()).toEqual([...eventKinds].sort());
  await store.close();
}, 1_200_000);
