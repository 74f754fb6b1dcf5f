import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delta, keyOf, START_MS, stored } from "../../../tests/contracts/store/samples.ts";
import { openEmbeddedStore } from "../embedded.ts";
import type { TelemetryStore } from "../port.ts";

let folder: string;
let store: TelemetryStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ca3-store-expire-"));
  store = openEmbeddedStore(join(folder, "store.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const id = (index: number) => `e${String(index).padStart(6, "0")}`;
const events = (count: number, expiresMs: (index: number) => number) =>
  Array.from({ length: count }, (_, index) =>
    stored(id(index), { offset: index, expiresMs: expiresMs(index) }),
  );
const left = async () => (await Array.fromAsync(store.scanEvents())).map((one) => one.event.event_id);

async function expireAll(nowMs: number): Promise<number[]> {
  const steps: number[] = [];
  do steps.push(await store.expire(nowMs));
  while (steps.at(-1)! > 0);
  return steps.slice(0, -1);
}

test("events expire one by one, however they are mixed", async () => {
  await store.insertEvents(events(1500, (index) => START_MS + (index % 7)));
  for (let round = 0; round < 7; round += 1) {
    const gone = (await expireAll(START_MS + round)).reduce((sum, step) => sum + step, 0);
    const kept = Array.from({ length: 1500 }, (_, index) => index).filter((index) => index % 7 > round);
    expect(gone).toBe(Math.ceil((1500 - round) / 7));
    expect(await left()).toEqual(kept.map(id));
  }
});

test("an event may come back after it expired, and expires again", async () => {
  const batch = events(600, () => START_MS);
  for (let again = 0; again < 2; again += 1) {
    expect((await store.insertEvents(batch)).duplicates.size).toBe(0);
    expect((await expireAll(START_MS)).reduce((sum, step) => sum + step, 0)).toBe(600);
  }
});

test("other work gets a turn while a backlog is deleted", async () => {
  for (let part = 0; part < 8; part += 1)
    await store.insertEvents(
      events(5000, () => START_MS).map((one, index) => ({
        ...one,
        event: { ...one.event, event_id: id(part * 5000 + index) },
      })),
    );
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const steps = await expireAll(START_MS);
  clearInterval(timer);
  expect(steps.reduce((sum, step) => sum + step, 0)).toBe(40_000);
  expect(turns).toBeGreaterThan(4);
});

/** Something newer, without which a past keeps its rollups. */
const later = () => ({
  ...delta(keyOf({ kind: "token", resolutionS: 3600 }), [{ offset: 1, sums: {} }]),
  newestMs: START_MS * 3,
});

test("an answer that was remembered does not outlive its rollups", async () => {
  await store.applyRollups([later()]);
  const key = keyOf({ resolutionS: 10 });
  await store.applyRollups([delta(key, [{ offset: 1, sums: {} }])]);
  const query = { resolutionS: 10, fromMs: 0, toMs: START_MS * 2, kind: "gpu", groupBy: [] } as const;
  expect(await store.queryRollups(query)).toMatchObject([{ sums: { events: 1 } }]);
  expect(await expireAll(START_MS + 24 * 3_600_000)).toEqual([1]);
  expect(await store.queryRollups(query)).toEqual([]);
});

test("how long rollups are kept can be set", async () => {
  const brief = openEmbeddedStore(join(folder, "brief.db"), { rollupRetention: { 3600: 1000 } });
  await brief.applyRollups([
    { ...later(), key: { ...keyOf({ kind: "token", resolutionS: 3600 }), bucketMs: START_MS * 3 } },
  ]);
  for (const resolutionS of [10, 3600] as const)
    await brief.applyRollups([delta(keyOf({ resolutionS }), [{ offset: 1, sums: {} }])]);
  expect(await brief.expire(START_MS + 3_600_000 + 999)).toBe(0);
  expect(await brief.expire(START_MS + 3_600_000 + 1000)).toBe(1);
  await brief.close();
});
